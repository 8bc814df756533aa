import { ParsingError } from "../errors.ts";
import type { Observation } from "../memory/steps.ts";
import { isCutOff } from "../models/finish-reason.ts";
import type { AssistantMessage, JsonSchema, ToolCall } from "../models/message.ts";
import type { SystemPromptValues } from "../prompts/code-system-prompt.ts";
import { assertTemplate } from "../prompts/template.ts";
import { toolCallingSystemPrompt } from "../prompts/tool-calling-system-prompt.ts";
import { baseTools } from "../tools/base-tools.ts";
import type { Tool } from "../tools/tool.ts";
import { toolSpec } from "../tools/tool-spec.ts";
import { FINAL_ANSWER } from "../tools/final-answer.ts";
import type { ActionDraft } from "./action-draft.ts";
import { Agent } from "./agent.ts";
import type { AgentOptions } from "./agent-options.ts";
import type { AgentRun } from "./agent-run.ts";
import { askModel } from "./ask-model.ts";
import { isEmpty } from "./images.ts";
import { mapConcurrently } from "./map-concurrently.ts";
import { parseToolCalls } from "./parse-tool-calls.ts";
import { observeTool } from "./tool-execution.ts";

/**
 * Acts by tool calls, of the model's own API or written as text.
 *
 * Source: smolagents agents.py, ToolCallingAgent.
 */
export class ToolCallingAgent<Output = unknown> extends Agent<Output> {
  /** Errors: as those of Agent; ConfigurationError for a system prompt that lacks a placeholder. */
  constructor(options: AgentOptions<Output>) {
    super(options);
    if (options.systemPrompt !== undefined) assertTemplate(options.systemPrompt, { kind: "tool-calling" });
  }

  protected override renderSystemPrompt(values: SystemPromptValues): string {
    return renderOnce(values, this.options.systemPrompt);
  }

  protected override baseTools(): readonly Tool[] {
    return baseTools({ withCodeInterpreter: true });
  }

  protected override async act(draft: ActionDraft, run: AgentRun): Promise<void> {
    const { message, finishReason } = await askModel(draft, run, {
      tools: [...run.tools.values()].map(toolSpec),
      toolChoice: "required",
      stopSequences: ["Observation:", "Calling tools:"],
    });
    const cutOff = isCutOff(finishReason) ? cutOffError(message.content) : undefined;
    draft.toolCalls = withUniqueIds(callsOf(message, cutOff), draft);
    refuseFinalAnswerBesideOthers(draft);
    await this.#callTools(draft, { run, cutOff });
  }

  async #callTools(draft: ActionDraft, { run, cutOff }: { run: AgentRun; cutOff: ParsingError | undefined }) {
    const limit = this.options.maxToolConcurrency ?? 8;
    const outcomes = await mapConcurrently(draft.toolCalls, { limit }, async (call) =>
      // What is no JSON here was cut off in the middle; what came before it is whole.
      cutOff && typeof call.arguments === "string" ? refused(call, cutOff) : observeCall(call, run),
    );
    const settled: Outcome[] = [];
    for (const outcome of outcomes) if (outcome.status === "fulfilled") settled.push(outcome.value);
    draft.observations = settled.map(({ observation }) => observation);
    if (settled.some(({ images }) => images.length > 0)) draft.images = settled.flatMap(({ images }) => images);
    const fatal = outcomes.find((outcome) => outcome.status === "rejected");
    if (fatal) throw fatal.reason;
    const failed = draft.observations.find(({ error }) => error);
    if (failed?.error) draft.error = failed.error;
    const last = settled.at(-1);
    if (last && isFinalAnswer(last.observation) && !failed) {
      draft.isFinalAnswer = true;
      draft.output = last.output;
    }
  }
}

interface RenderedPrompt {
  readonly madeOf: readonly unknown[];
  readonly text: string;
}

/** By the schema of the first tool, the last prompt for such tools: many programs make an agent for each request, always with the same tools. */
const renderedPrompts = new WeakMap<JsonSchema, RenderedPrompt>();

function renderOnce(values: SystemPromptValues, template: string | undefined): string {
  const madeOf = partsOf(values, template);
  const first = values.tools[0]?.inputSchema;
  const known = first && renderedPrompts.get(first);
  if (known?.madeOf.length === madeOf.length && madeOf.every((part, index) => part === known.madeOf[index])) {
    return known.text;
  }
  const text = toolCallingSystemPrompt(values, template);
  if (first) renderedPrompts.set(first, { madeOf, text });
  return text;
}

/** Texts, and schemas: those are described once, so the same schema is the same object. */
function partsOf(values: SystemPromptValues, template: string | undefined): unknown[] {
  const { tools, managedAgents, instructions, authorizedImports, outputSchema } = values;
  const parts: unknown[] = [template, instructions, outputSchema, tools.length, managedAgents.length];
  for (const tool of [...tools, ...managedAgents]) {
    parts.push(tool.name, tool.description, tool.inputSchema, tool.outputSchema);
  }
  return [...parts, ...authorizedImports];
}

type Outcome = Awaited<ReturnType<typeof observeTool>>;

async function observeCall({ id, name, arguments: input }: ToolCall, run: AgentRun): Promise<Outcome> {
  const tool = run.tools.get(name);
  return observeTool(run, { toolName: name, callId: id, input: tool ? withStateValues(input, { tool, run }) : input });
}

function refused({ id, name }: ToolCall, error: ParsingError): Outcome {
  return { observation: { toolCallId: id, toolName: name, text: "", error: error.toJSON() }, images: [] };
}

/** The calls of the model's own API, or those that it wrote as text. Errors: ParsingError if there are none. */
function callsOf({ toolCalls, content }: AssistantMessage, cutOff: ParsingError | undefined): readonly ToolCall[] {
  if (toolCalls.length > 0) return toolCalls;
  try {
    return parseToolCalls(content);
  } catch (error) {
    throw cutOff ?? error;
  }
}

function cutOffError(text: string): ParsingError {
  return new ParsingError(
    "Your answer was cut off by its length limit in the middle of a tool call, so that call was not made. Say less before it, or pass less in one call.",
    { text },
  );
}

function isFinalAnswer({ toolName }: Observation): boolean {
  return toolName === FINAL_ANSWER;
}

/** A call's result needs an id of its own to be told apart. Models leave ids out, or give the same one twice. */
function withUniqueIds(calls: readonly ToolCall[], { stepNumber }: ActionDraft): ToolCall[] {
  const taken = new Set<string>();
  const given = new Set(calls.map(({ id }) => id));
  let count = 0;
  const newId = (): string => {
    const id = `call_${stepNumber}_${++count}`;
    return given.has(id) ? newId() : id;
  };
  return calls.map((call) => {
    const id = call.id === "" || taken.has(call.id) ? newId() : call.id;
    taken.add(id);
    return id === call.id ? call : { ...call, id };
  });
}

/** Nothing has run yet when this is refused; each call is told so, under its id. */
function refuseFinalAnswerBesideOthers(draft: ActionDraft): void {
  const { toolCalls, modelOutput } = draft;
  if (toolCalls.length < 2 || !toolCalls.some(({ name }) => name === FINAL_ANSWER)) return;
  const refusal = new ParsingError(
    `"${FINAL_ANSWER}" was called together with ${toolCalls.length - 1} other call(s), so nothing was run. Make the other calls first; give the final answer in a step of its own.`,
    { text: modelOutput },
  );
  draft.observations = toolCalls.map(({ id, name }) => ({
    toolCallId: id,
    toolName: name,
    text: "",
    error: refusal.toJSON(),
  }));
  throw refusal;
}

/** A string that is the name of a value in the state stands for that value; where the tool wants a text, for a text only: it may be just a word. */
function withStateValues(input: unknown, { tool, run }: { readonly tool: Tool; readonly run: AgentRun }): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  const { state } = run;
  if (isEmpty(state)) return { ...input };
  const values = Object.entries(input).map(([key, value]: [string, unknown]) => {
    const named = typeof value === "string" && Object.hasOwn(state, value) ? state[value] : value;
    return [key, typeof named !== "string" && wantsText(tool, key) ? value : named];
  });
  return Object.fromEntries(values);
}

function wantsText(tool: Tool, key: string): boolean {
  const { properties } = toolSpec(tool).inputSchema;
  const property: unknown = isRecord(properties) ? properties[key] : undefined;
  return isRecord(property) && property["type"] === "string";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
