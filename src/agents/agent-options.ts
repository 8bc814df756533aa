import type { StepLogOptions } from "../console/step-log.ts";
import { ConfigurationError } from "../errors.ts";
import type { ImagePart } from "../models/message.ts";
import type { Model } from "../models/model.ts";
import type { Tool } from "../tools/tool.ts";
import { assertIdentifier, toolSpec } from "../tools/tool-spec.ts";
import type { AgentRun } from "./agent-run.ts";
import type { AgentEvent } from "./events.ts";
import type { FinalAnswerCheck } from "./final-answer-checks.ts";
import { assertManageable, type ManagedAgentLike } from "./managed-agent.ts";

/** Holds what agents of both kinds can be told. Only the model is needed. */
export interface AgentOptions {
  readonly model: Model;
  readonly tools?: readonly Tool[];
  /** Agents that this one may give tasks to; each needs a name and a description. */
  readonly managedAgents?: readonly ManagedAgentLike[];
  /** An identifier. Needed to be managed; names the agent in traces. */
  readonly name?: string;
  readonly description?: string;
  /** Added to the system prompt. */
  readonly instructions?: string;
  /** Plans before the first step and then every so many steps. Never, if absent. */
  readonly planningInterval?: number;
  /** How many steps a run may take before the model must answer. 20 if absent. */
  readonly maxSteps?: number;
  /** Each gives true, or false, or the reason why the answer will not do. */
  readonly finalAnswerChecks?: readonly FinalAnswerCheck[];
  /** How many tool calls of one step run at once. 8 if absent. */
  readonly maxToolConcurrency?: number;
  /** As a managed agent, adds a summary of its work to its report. */
  readonly provideRunSummary?: boolean;
  /** The step log on stderr. On if absent. */
  readonly console?: boolean | StepLogOptions;
}

/** Holds what one run can be told. */
export interface RunOptions {
  /** Values by name, kept in the agent's state: variables for a code agent; a tool-calling agent passes them on by their names. */
  readonly additionalArgs?: Readonly<Record<string, unknown>>;
  readonly images?: readonly ImagePart[];
  /** False goes on with the conversation of the last run. True if absent. */
  readonly reset?: boolean;
  readonly maxSteps?: number;
  readonly signal?: AbortSignal;
  /** Handed to every tool, as it is. */
  readonly context?: unknown;
  /** Called with each event as it happens, and not waited for: no async function. Asks the model to stream. */
  readonly onEvent?: (event: AgentEvent) => void;
  /** The run that this one is a part of. Set for managed agents; nobody else needs it. */
  readonly parent?: AgentRun;
}

/** Throws a ConfigurationError for names that code cannot call, that are there twice or that a managed agent lacks, and for counts that are none. */
export function assertOptions(options: AgentOptions): void {
  const { model, name, tools = [], managedAgents = [], maxSteps, planningInterval, maxToolConcurrency } = options;
  if (typeof model?.generate !== "function") {
    throw new ConfigurationError("An agent needs a model: give one, such as new OpenAIModel({ modelId: … }).");
  }
  for (const [option, value] of Object.entries({ maxSteps, planningInterval, maxToolConcurrency })) {
    if (value !== undefined) assertCount(value, option);
  }
  if (name !== undefined) assertIdentifier(name, "agent");
  managedAgents.forEach(assertManageable);
  tools.forEach(toolSpec);
  const names = [...tools, ...managedAgents, { name }].flatMap((named) => named.name ?? []);
  const doubled = names.find((each, index) => names.indexOf(each) !== index);
  if (doubled !== undefined) {
    throw new ConfigurationError(
      `The name "${doubled}" is there twice: tools, managed agents and the agent itself need a name each.`,
    );
  }
  if (!managedAgents.some((agent) => agent.name === "final_answer")) return;
  throw new ConfigurationError('No agent can be named "final_answer": that is the tool that ends a run.');
}

/** Throws a ConfigurationError unless the value is a whole number, 0 or more. */
export function assertCount(value: number, option: string): void {
  if (Number.isInteger(value) && value >= 0) return;
  throw new ConfigurationError(`${option} is ${value}; it must be a whole number, 0 or more.`);
}
