import { describe } from "../describe.ts";
import { type LimitError, ModelError } from "../errors.ts";
import { type ActionStep, startTiming } from "../memory/steps.ts";
import { isCutOff } from "../models/finish-reason.ts";
import type { JsonSchema, Message, ToolCall } from "../models/message.ts";
import type { ModelOutput } from "../models/model.ts";
import { FINAL_ANSWER } from "../tools/final-answer.ts";
import type { AgentRun } from "./agent-run.ts";
import { jsonInText } from "./json-in-text.ts";

interface AnswerRequest {
  readonly limit: LimitError;
  readonly modelInput: readonly Message[];
  readonly schema: JsonSchema | undefined;
}

type AnswerStep = { -readonly [Key in keyof ActionStep]: ActionStep[Key] };

/** Asks for an answer, and makes a step of it whose error is the limit. Errors: those of Model.generate. */
export async function askForAnswer(
  run: AgentRun,
  { limit, modelInput, schema }: AnswerRequest,
): Promise<{ readonly step: AnswerStep; readonly isCutOff: boolean }> {
  const endTiming = startTiming();
  const { message, usage, finishReason } = await generateAnswer(run, { modelInput, schema });
  const { content, reasoning, toolCalls } = message;
  const step: AnswerStep = {
    type: "action",
    stepNumber: run.stepNumber,
    modelInput,
    modelOutput: content,
    ...(reasoning ? { reasoning } : {}),
    toolCalls,
    observations: toolCalls.map(observed),
    error: limit.toJSON(),
    isFinalAnswer: true,
    ...(usage ? { usage } : {}),
    timing: endTiming(),
  };
  return { step, isCutOff: isCutOff(finishReason) };
}

/**
 * Finds the answer in what the model gave: in a call of `final_answer`, of the model's own API or written as JSON; else in its text.
 *
 * With a schema that is read as JSON: models that know no response formats wrap theirs in words, and a text that should be a text may be no JSON at all.
 */
export function answerIn(
  { toolCalls, modelOutput }: ActionStep,
  { schema, state }: { readonly schema: JsonSchema | undefined; readonly state: Readonly<Record<string, unknown>> },
): unknown {
  const json = jsonInText(modelOutput);
  const given = [...toolCalls, json].find(isAnswering);
  if (given) {
    const { answer } = given.arguments;
    return typeof answer === "string" && Object.hasOwn(state, answer) ? state[answer] : answer;
  }
  if (!schema) return modelOutput;
  if (schema["type"] === "string") return typeof json === "string" ? json : modelOutput.trim();
  return json === undefined ? modelOutput : json;
}

/** Makes a text of an answer that did not fit, also where it was a call: the model is asked once more, and was offered no tools. */
export function asText({ modelOutput, toolCalls }: ActionStep): Partial<ActionStep> {
  const called = toolCalls.map(({ name, arguments: input }) => `${name} ${describe(input)}`);
  const modelText = [modelOutput, ...called].filter((text) => text !== "").join("\n");
  return { modelOutput: modelText, toolCalls: [], observations: [] };
}

/** Endpoints take response formats for objects only, and some take none. */
async function generateAnswer(
  run: AgentRun,
  { modelInput: messages, schema }: Pick<AnswerRequest, "modelInput" | "schema">,
): Promise<ModelOutput> {
  if (schema?.["type"] !== "object") return run.generate({ messages });
  try {
    return await run.generate({ messages, responseFormat: { name: FINAL_ANSWER, schema } });
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return run.generate({ messages });
  }
}

/** Of a key, of a slow or of a hasty caller: without a response format they are no different. */
const OTHER_REFUSALS = new Set([401, 403, 408, 429]);

function isRefusal(thrown: unknown): boolean {
  if (!(thrown instanceof ModelError)) return false;
  const { status = 0 } = thrown;
  return status >= 400 && status < 500 && !OTHER_REFUSALS.has(status);
}

function observed({ id: toolCallId, name: toolName, arguments: input }: ToolCall): ActionStep["observations"][number] {
  const call = { name: toolName, arguments: input };
  const text = isAnswering(call) ? describe(call.arguments.answer) : "This call was not made: the run was over.";
  return { toolCallId, toolName, text };
}

function isAnswering(call: unknown): call is { readonly arguments: { readonly answer: unknown } } {
  if (typeof call !== "object" || call === null || !("name" in call) || !("arguments" in call)) return false;
  const { name, arguments: input } = call;
  return name === FINAL_ANSWER && typeof input === "object" && input !== null && "answer" in input;
}
