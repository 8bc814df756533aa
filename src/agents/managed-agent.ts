import { describe, truncateMiddle } from "../describe.ts";
import { ConfigurationError } from "../errors.ts";
import { toSummaryMessages } from "../memory/to-messages.ts";
import { type Message, textOf } from "../models/message.ts";
import type { DeclaredTool } from "../prompts/tool-declarations.ts";
import { plainSchema, TEXT } from "../tools/plain-schema.ts";
import { toJsonSchema } from "../tools/schema.ts";
import { Tool, type ToolContext } from "../tools/tool.ts";
import { assertIdentifier } from "../tools/tool-spec.ts";
import type { AgentRun } from "./agent-run.ts";
import { keepImages } from "./images.ts";
import type { RunResult } from "./run-result.ts";

/** Holds what an agent is told for the time that another one manages it. */
export interface ManagedAgentOptions {
  /** An identifier. Needed to be managed; names the agent in traces. */
  readonly name?: string;
  readonly description?: string;
  /** Adds a summary of its work to its report. */
  readonly provideRunSummary?: boolean;
  /** Goes on with the same memory from call to call; calls at once then stand in line. Each call is a fresh run, if absent. */
  readonly keepMemory?: boolean;
  /** Whether the manager's `approve` is asked before a call: always, or where this says so. */
  readonly needsApproval?: boolean | ((input: ManagedAgentInput) => boolean | Promise<boolean>);
}

/** What an agent must have to be managed by another. */
export interface ManagedAgentLike {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly provideRunSummary: boolean;
  readonly needsApproval?: ManagedAgentOptions["needsApproval"];
  run(task: string, options: ManagedRunOptions): Promise<RunResult>;
}

interface ManagedAgentInput {
  readonly task: string;
  readonly additional_args?: Readonly<Record<string, unknown>> | null | undefined;
}

interface ManagedRunOptions {
  readonly additionalArgs: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly context: unknown;
  readonly parent: AgentRun;
}

const inputSchema = plainSchema<ManagedAgentInput>({
  type: "object",
  properties: {
    task: { type: "string", description: "Long detailed description of the task." },
    additional_args: {
      description:
        "Dictionary of extra inputs to pass to the managed agent, e.g. images, tables or any other contextual data it may need.",
      anyOf: [{ type: "object" }, { type: "null" }],
    },
  },
  required: ["task"],
});

const MAX_SUMMARY_LENGTH = 20_000;

/** One object for all: a prompt that was rendered is known again by what it was made of. */
const REPORT = { type: "string" };

/** Describes an agent to the model of its manager. */
export function declaredAgent({ name = "", description = "" }: ManagedAgentLike): DeclaredTool {
  return {
    name,
    description,
    inputSchema: toJsonSchema(inputSchema),
    outputSchema: REPORT,
  };
}

/**
 * Offers an agent to another as a tool. Every call is a run of its own, with a memory of its own unless the agent keeps its memory: parallel calls never meet.
 *
 * Source: smolagents agents.py, MultiStepAgent.__call__.
 */
export class ManagedAgent extends Tool<ManagedAgentInput, string> {
  readonly name: string;
  readonly description: string;
  readonly inputSchema = inputSchema;
  override readonly outputSchema = TEXT;
  readonly #agent: ManagedAgentLike;
  readonly #manager: AgentRun;

  constructor(agent: ManagedAgentLike, manager: AgentRun) {
    super();
    this.name = agent.name ?? "";
    this.description = agent.description ?? "";
    this.#agent = agent;
    this.#manager = manager;
  }

  override needsApproval(input: ManagedAgentInput): boolean | Promise<boolean> {
    const { needsApproval = false } = this.#agent;
    return typeof needsApproval === "function" ? needsApproval(input) : needsApproval;
  }

  protected override async execute(
    { task, additional_args }: ManagedAgentInput,
    { signal, context, callId, showImage }: ToolContext,
  ): Promise<string> {
    const { name } = this;
    const { prompts, state } = this.#manager;
    const result = await this.#agent.run(prompts.managedAgentTask({ name, task }), {
      additionalArgs: callId === undefined ? (additional_args ?? {}) : namedValues(additional_args ?? {}, state),
      signal,
      context,
      parent: this.#manager,
    });
    const isUnfinished = result.stopReason === "interrupted";
    const output = keepImages(result.output, state);
    for (const { type, url } of output.images) showImage({ type, url });
    const finalAnswer = isUnfinished ? "(none: its work was interrupted)" : describe(output.value);
    const report = prompts.managedAgentReport({ name, finalAnswer });
    if (!this.#agent.provideRunSummary) return report;
    return report + prompts.managedAgentSummary({ messages: summaryOf(result) });
  }
}

/** A model that calls tools hands a value on by its name; code has the value itself. */
function namedValues(
  args: Readonly<Record<string, unknown>>,
  state: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      typeof value === "string" && Object.hasOwn(state, value) ? state[value] : value,
    ]),
  );
}

/** Throws a ConfigurationError unless the agent can be managed. */
export function assertManageable(agent: ManagedAgentLike): void {
  if (!agent.name || !agent.description) {
    throw new ConfigurationError(
      `A managed agent needs a name and a description, so that its manager knows whom to ask for what; one has ${agent.name ? `only the name "${agent.name}"` : "no name"}.`,
    );
  }
  assertIdentifier(agent.name, "agent");
}

function summaryOf({ steps }: RunResult): string[] {
  return toSummaryMessages(steps)
    .map(summaryText)
    .map((text) => truncateMiddle(text, MAX_SUMMARY_LENGTH));
}

function summaryText(message: Message): string {
  if (message.role !== "assistant" || message.toolCalls.length === 0) return textOf(message.content);
  return `Calling tools:\n${describe(message.toolCalls)}`;
}
