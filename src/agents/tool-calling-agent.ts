import { ParsingError } from "../errors.ts";
import type { Observation } from "../memory/steps.ts";
import { toMessages } from "../memory/to-messages.ts";
import type { ToolCall } from "../models/message.ts";
import type { SystemPromptValues } from "../prompts/code-system-prompt.ts";
import { toolCallingSystemPrompt } from "../prompts/tool-calling-system-prompt.ts";
import { toolSpec } from "../tools/tool-spec.ts";
import type { ActionDraft } from "./action-draft.ts";
import { Agent } from "./agent.ts";
import type { AgentRun } from "./agent-run.ts";
import { mapConcurrently } from "./map-concurrently.ts";
import { parseToolCalls } from "./parse-tool-calls.ts";
import { observeTool } from "./tool-execution.ts";

const FINAL_ANSWER = "final_answer";

/**
 * Acts by tool calls, of the model's own API or written as text.
 *
 * Source: smolagents agents.py, ToolCallingAgent.
 */
export class ToolCallingAgent extends Agent {
  protected override renderSystemPrompt(values: SystemPromptValues): string {
    return toolCallingSystemPrompt(values);
  }

  protected override async act(draft: ActionDraft, run: AgentRun): Promise<void> {
    draft.modelInput = toMessages(run.memory.steps);
    const request = {
      messages: draft.modelInput,
      tools: [...run.tools.values()].map(toolSpec),
      toolChoice: "required" as const,
      stopSequences: ["Observation:", "Calling tools:"],
    };
    const { message, usage } = await this.model.generate(request, { onDelta: run.onDelta, signal: run.signal });
    run.addUsage(usage);
    if (usage) draft.usage = usage;
    if (message.reasoning) draft.reasoning = message.reasoning;
    draft.modelOutput = message.content;
    draft.toolCalls = withUniqueIds(
      message.toolCalls.length > 0 ? message.toolCalls : parseToolCalls(message.content),
      draft,
    );
    refuseFinalAnswerBesideOthers(draft);
    await this.#callTools(draft, run);
  }

  async #callTools(draft: ActionDraft, run: AgentRun): Promise<void> {
    const limit = this.options.maxToolConcurrency ?? 8;
    const outcomes = await mapConcurrently(draft.toolCalls, { limit }, async ({ id, name, arguments: input }) =>
      observeTool(run, { toolName: name, callId: id, input: withStateValues(input, run.state) }),
    );
    const settled = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value : []));
    draft.observations = settled.map(({ observation }) => observation);
    const fatal = outcomes.find((outcome) => outcome.status === "rejected");
    if (fatal) throw fatal.reason;
    const failed = draft.observations.find(({ error }) => error);
    if (failed?.error) draft.error = failed.error;
    const last = settled.at(-1);
    if (last && isFinalAnswer(last.observation) && !failed) {
      draft.isFinalAnswer = true;
      draft.output = typeof last.output === "string" ? stateValue(last.output, run.state) : last.output;
    }
  }
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
    return { ...call, id };
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

/** A string that is the name of a value in the state stands for that value. */
function withStateValues(input: unknown, state: Readonly<Record<string, unknown>>): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, stateValue(value, state)]));
}

function stateValue(value: unknown, state: Readonly<Record<string, unknown>>): unknown {
  return typeof value === "string" && Object.hasOwn(state, value) ? state[value] : value;
}
