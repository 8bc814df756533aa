import type { StepLogOptions } from "../console/step-log.ts";
import { ConfigurationError } from "../errors.ts";
import type { AgentMemory } from "../memory/memory.ts";
import { FINAL_ANSWER } from "../tools/final-answer.ts";
import type { Schema } from "../tools/schema.ts";
import type { Tool } from "../tools/tool.ts";
import { assertIdentifier, toolSpec } from "../tools/tool-spec.ts";
import { assertLimits } from "./limits.ts";
import { assertManageable, type ManagedAgentLike, type ManagedAgentOptions } from "./managed-agent.ts";
import type { FinalAnswerCheck, RunSettings } from "./run-settings.ts";

/** Holds what agents of both kinds can be told. Only the model is needed. */
export interface AgentOptions<Output = unknown> extends RunSettings, ManagedAgentOptions {
  readonly tools?: readonly Tool[];
  /** Adds `web_search`, `visit_webpage` and, to a tool-calling agent, `code_interpreter`. A tool of yours of the same name wins. */
  readonly addBaseTools?: boolean;
  /** Agents that this one may give tasks to; each needs a name and a description. */
  readonly managedAgents?: readonly ManagedAgentLike[];
  /** Added to the system prompt. */
  readonly instructions?: string;
  /** In place of the default system prompt, such as CODE_SYSTEM_PROMPT with a line added. */
  readonly systemPrompt?: string;
  /** Plans before the first step and then every so many steps. Never, if absent. */
  readonly planningInterval?: number;
  /** How many steps a run may take before the model must answer. 20 if absent. */
  readonly maxSteps?: number;
  /** What the final answer must be. Types `result.output`; an answer that does not fit goes back to the model. */
  readonly outputSchema?: Schema<Output>;
  /** Asked in order, with the answer as the schema reads it; the first that refuses it sends it back to the model. */
  readonly finalAnswerChecks?: readonly FinalAnswerCheck<NoInfer<Output>>[];
  /** How many tool calls of one step run at once. 1 or more; 8 if absent. */
  readonly maxToolConcurrency?: number;
  /** The step log on stderr. On if absent. */
  readonly console?: boolean | StepLogOptions;
  /** The memory to begin with, such as `AgentMemory.fromJSON(saved)`: `run(task, { reset: false })` goes on from there. */
  readonly memory?: AgentMemory;
}

/** Throws a ConfigurationError for names that code cannot call, that are there twice or that a managed agent lacks, and for numbers that are none. */
export function assertOptions(options: AgentOptions): void {
  const { model, name, tools = [], managedAgents = [], limits = {}, onLimit = "answer" } = options;
  if (typeof model?.generate !== "function") {
    throw new ConfigurationError("An agent needs a model: give one, such as new OpenAIModel({ modelId: … }).");
  }
  const { maxSteps, planningInterval, maxToolConcurrency } = options;
  for (const [option, value] of Object.entries({ maxSteps, planningInterval })) {
    if (value !== undefined) assertCount(value, option);
  }
  if (maxToolConcurrency !== undefined) assertCount(maxToolConcurrency, "maxToolConcurrency", { min: 1 });
  assertLimits(limits);
  if (onLimit !== "answer" && onLimit !== "throw") {
    throw new ConfigurationError(`onLimit is ${JSON.stringify(onLimit)}; it must be "answer" or "throw".`);
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
  if (!managedAgents.some((agent) => agent.name === FINAL_ANSWER)) return;
  throw new ConfigurationError(`No agent can be named "${FINAL_ANSWER}": that is the tool that ends a run.`);
}

/** Throws a ConfigurationError unless the value is a whole number, `min` (0 if absent) or more. */
export function assertCount(value: number, option: string, { min = 0 } = {}): void {
  if (Number.isInteger(value) && value >= min) return;
  throw new ConfigurationError(`${option} is ${value}; it must be a whole number, ${min} or more.`);
}
