import { z } from "zod";
import { describe, truncateMiddle } from "../describe.ts";
import { ConfigurationError } from "../errors.ts";
import { toSummaryMessages } from "../memory/to-messages.ts";
import { type Message, textOf } from "../models/message.ts";
import { managedAgentReport, managedAgentSummary, managedAgentTask } from "../prompts/managed-agent.ts";
import { Tool, type ToolContext } from "../tools/tool.ts";
import { assertIdentifier } from "../tools/tool-spec.ts";
import type { AgentRun } from "./agent-run.ts";
import type { RunResult } from "./run-result.ts";

/** What an agent must have to be managed by another. */
export interface ManagedAgentLike {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly provideRunSummary: boolean;
  run(task: string, options: ManagedRunOptions): Promise<RunResult>;
}

interface ManagedRunOptions {
  readonly additionalArgs: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly context: unknown;
  readonly parent: AgentRun;
}

const inputSchema = z.object({
  task: z.string().describe("Long detailed description of the task."),
  additional_args: z
    .record(z.string(), z.unknown())
    .nullish()
    .describe(
      "Dictionary of extra inputs to pass to the managed agent, e.g. images, tables or any other contextual data it may need.",
    ),
});

const MAX_SUMMARY_LENGTH = 20_000;

/**
 * Offers an agent to another as a tool. Every call is a run of its own with its own memory, so parallel calls never meet.
 *
 * Source: smolagents agents.py, MultiStepAgent.__call__.
 */
export class ManagedAgent extends Tool<z.infer<typeof inputSchema>, string> {
  readonly name: string;
  readonly description: string;
  readonly inputSchema = inputSchema;
  override readonly outputSchema = z.string();
  readonly #agent: ManagedAgentLike;
  readonly #manager: AgentRun;

  constructor(agent: ManagedAgentLike, manager: AgentRun) {
    super();
    this.name = agent.name ?? "";
    this.description = agent.description ?? "";
    this.#agent = agent;
    this.#manager = manager;
  }

  protected override async execute(
    { task, additional_args }: z.infer<typeof inputSchema>,
    { signal, context }: ToolContext,
  ): Promise<string> {
    const result = await this.#agent.run(managedAgentTask({ name: this.name, task }), {
      additionalArgs: additional_args ?? {},
      signal,
      context,
      parent: this.#manager,
    });
    const report = managedAgentReport({ name: this.name, finalAnswer: describe(result.output) });
    return this.#agent.provideRunSummary ? report + summaryOf(result) : report;
  }
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

function summaryOf({ steps }: RunResult): string {
  const messages = toSummaryMessages(steps).map(summaryText);
  return managedAgentSummary(messages.map((text) => truncateMiddle(text, MAX_SUMMARY_LENGTH)));
}

function summaryText(message: Message): string {
  if (message.role !== "assistant" || message.toolCalls.length === 0) return textOf(message.content);
  return `Calling tools:\n${describe(message.toolCalls)}`;
}
