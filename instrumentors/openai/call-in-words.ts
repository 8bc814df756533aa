import { LLM_OUTPUT_MESSAGES } from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import type { Semconv } from "../shared/gen-ai.ts";
import { toGenAiMessages } from "../shared/gen-ai-messages.ts";
import { inWords } from "../shared/in-words.ts";
import type { SpanDescription } from "../shared/traced.ts";
import type { ModelAnswer } from "./model-api.ts";
import { wireMessageAttributes } from "./wire-message.ts";

/** Describes a model call by the conventions asked for. `answer`: as far as it has come. */
export function callInWords<Result>(
  description: SpanDescription<Result>,
  { semconv, answer }: { readonly semconv: Semconv; readonly answer: () => ModelAnswer },
): SpanDescription<Result> {
  if (semconv === "openinference") return description;
  const { success, failure, ...said } = inWords(description, { semconv, operation: "chat" });
  return {
    ...said,
    success: (result) => ({ ...success(result), ...answerTwins(answer()) }),
    failure: (error) => ({ ...failure?.(error), ...answerTwins(answer()) }),
  };
}

/** Gives what OpenInference has no names for: the id of an answer, and why each of its choices ended. Source: semantic-conventions-genai, 2026. */
function answerTwins({ id, finishReasons, messages }: ModelAnswer): Attributes {
  const twins: Attributes = id ? { "gen_ai.response.id": id } : {};
  if (finishReasons.length < 2) return twins;
  const said = toGenAiMessages(wireMessageAttributes(LLM_OUTPUT_MESSAGES, messages), LLM_OUTPUT_MESSAGES);
  return {
    ...twins,
    "gen_ai.response.finish_reasons": finishReasons.filter((reason) => reason !== undefined),
    "gen_ai.output.messages": JSON.stringify(
      said.map((message, index) => ({ ...message, finish_reason: finishReasons[index] })),
    ),
  };
}
