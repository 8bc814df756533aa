import { FinalAnswerCheckError, LimitError } from "../errors.ts";
import type { Message, JsonSchema } from "../models/message.ts";
import { type Schema, toJsonSchema } from "../tools/schema.ts";
import type { AgentRun } from "./agent-run.ts";
import { checkShape } from "./final-answer-checks.ts";
import { answerIn, askForAnswer, asText } from "./forced-answer.ts";
import type { Stop } from "./limits.ts";
import type { StopReason } from "./run-result.ts";
import { recordStep } from "./step-callbacks.ts";

/** How a run ended. */
export interface Ending {
  readonly output: unknown;
  readonly stopReason: StopReason;
}

/** How often the model may try to give an answer that fits its schema. */
const MAX_ATTEMPTS = 2;

/**
 * Ends a run that may not go on: with the model's answer from what was done so far; with nothing, if it was interrupted.
 *
 * Errors: LimitError where `onLimit` says so, and for an answer that does not fit its schema; those of Model.generate.
 */
export async function endEarly(
  run: AgentRun,
  { stop, outputSchema }: { readonly stop: Stop; readonly outputSchema: Schema | undefined },
): Promise<Ending> {
  const { reason: stopReason, message } = stop;
  run.emit({ type: "limit", stopReason, message });
  if (stopReason === "interrupted") return { output: undefined, stopReason };
  const limit = new LimitError(message, { limit: stopReason });
  if (run.settings.onLimit === "throw") throw limit;
  run.liftDeadline();
  return { output: await forceAnswer(run, { limit, outputSchema }), stopReason };
}

interface ForcedAnswer {
  readonly limit: LimitError;
  readonly outputSchema: Schema | undefined;
}

/**
 * Makes the model answer, without tools. What it says stands in memory as one step more, with the limit as its error.
 *
 * Source: smolagents agents.py, _handle_max_steps_reached.
 */
async function forceAnswer(run: AgentRun, { limit, outputSchema }: ForcedAnswer): Promise<unknown> {
  const schema = outputSchema && toJsonSchema(outputSchema);
  let modelInput = await answerRequest(run, schema);
  let fault: unknown;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const { step, isCutOff } = await askForAnswer(run, { limit, modelInput, schema });
    try {
      const answer = answerIn(step, { schema, state: run.state });
      step.output = outputSchema ? await checkShape(answer, { outputSchema, signal: run.signal }) : answer;
      return step.output;
    } catch (thrown) {
      if (!(thrown instanceof FinalAnswerCheckError)) throw thrown;
      fault = thrown;
      const message = isCutOff ? `${CUT_OFF} ${thrown.message}` : thrown.message;
      Object.assign(step, asText(step), { isFinalAnswer: false, error: { type: thrown.name, message } });
      const said: Message = { role: "assistant", content: step.modelOutput, toolCalls: [] };
      modelInput = [...modelInput, said, { role: "user", content: `Error:\n${message}` }];
    } finally {
      await recordStep(run, step);
      run.stepNumber++;
    }
  }
  throw new LimitError(
    `${limit.message} The answer that the model gave then does not fit the output schema; it is in the error's memory.`,
    { limit: limit.limit, cause: fault },
  );
}

const CUT_OFF = "Your answer was cut off by its length limit: give a shorter one.";

async function answerRequest(run: AgentRun, schema: JsonSchema | undefined): Promise<readonly Message[]> {
  const { task, prompts } = run;
  const form = schema ? `\n\nAnswer with JSON of this schema, and nothing else:\n${JSON.stringify(schema)}` : "";
  return [
    { role: "system", content: prompts.finalAnswerIntroduction({ task }) },
    ...(await run.messages()).filter(({ role }) => role !== "system"),
    { role: "user", content: prompts.finalAnswer({ task }) + form },
  ];
}
