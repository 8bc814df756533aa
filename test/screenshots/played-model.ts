import { setTimeout as delay } from "node:timers/promises";
import { ScriptedModel, type ScriptedAnswer, type ScriptedReply } from "vitrine/testing";

const MS_PER_TOKEN = 4;

/** Plays a model that takes its time, 4 ms for each token that it writes, so that a trace has lengths to look at. Its id has a price in Phoenix. */
export function playedModel(script: readonly (ScriptedAnswer | Error)[]): ScriptedModel {
  const replies = script.map((answer): ScriptedReply => {
    if (answer instanceof Error) return answer;
    return async (_request, { signal }) => {
      await delay((answer.usage?.outputTokens ?? 0) * MS_PER_TOKEN, undefined, { signal });
      return answer;
    };
  });
  return new ScriptedModel(replies, {
    modelId: "gpt-4o-mini",
    price: { inputPerMillion: 0.15, outputPerMillion: 0.6, cachedInputPerMillion: 0.075 },
  });
}
