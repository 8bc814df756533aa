import { stepLog } from "../console/step-log.ts";
import { describe } from "../describe.ts";
import { ConfigurationError } from "../errors.ts";
import type { SystemPromptValues } from "../prompts/code-system-prompt.ts";
import type { Schema } from "../tools/schema.ts";
import { toJsonSchema } from "../tools/schema.ts";
import type { Tool } from "../tools/tool.ts";
import { declaredTool } from "../tools/tool-spec.ts";
import { type AgentOptions, assertCount } from "./agent-options.ts";
import { AgentRun } from "./agent-run.ts";
import type { Conversation } from "./conversation.ts";
import { keepArguments, referToImages } from "./images.ts";
import { declaredAgent, ManagedAgent, type ManagedAgentLike } from "./managed-agent.ts";
import { announceCopy } from "./package-copy.ts";
import type { RunOptions } from "./run-options.ts";

/** What a run needs to know of its agent. */
interface RunningAgent {
  readonly name: string | undefined;
  readonly tools: readonly Tool[];
  readonly managedAgents: readonly ManagedAgentLike[];
  readonly maxSteps: number;
  readonly systemPrompt: string;
}

interface Beginning {
  readonly task: string;
  readonly options: RunOptions;
  readonly settings: AgentOptions;
  readonly conversation: Conversation;
}

/**
 * Sets a run up: its tools, its state, its system prompt. Its task is not in memory yet.
 *
 * Errors: ConfigurationError for a `maxSteps` that is none, and for images that the model cannot see.
 * Source: smolagents agents.py, MultiStepAgent.run, up to the first step.
 */
export function beginRun(agent: RunningAgent, { task, options, settings, conversation }: Beginning): AgentRun {
  announceCopy();
  const { additionalArgs = {}, images = [], reset = true, maxSteps = agent.maxSteps, onEvent, parent } = options;
  const isKept = parent !== undefined && settings.keepMemory === true;
  const log = parent ? undefined : stepLog(settings.console);
  assertCount(maxSteps, "maxSteps");
  if (images.length > 0 && !settings.model.seesImages) {
    throw new ConfigurationError(
      `The run was given images, and the model "${settings.model.modelId}" sees none. Take one that does, or pass them on to tools by \`additionalArgs\`.`,
    );
  }
  const args = keepArguments(additionalArgs, conversation.state);
  const run = new AgentRun({
    agentName: agent.name ?? agent.constructor.name,
    settings,
    task: taskText(task, args),
    maxSteps,
    conversation,
    signal: options.signal,
    context: options.context,
    listeners: [log, onEvent].filter((listener) => listener !== undefined),
    streams: onEvent !== undefined,
    parent,
  });
  const managed = agent.managedAgents.map((managedAgent) => new ManagedAgent(managedAgent, run));
  run.tools = new Map<string, Tool>([...agent.tools, ...managed].map((tool) => [tool.name, tool]));
  run.memory.begin(agent.systemPrompt, { keep: !reset || isKept });
  return run;
}

/** Gives what a system prompt is made of. */
export function systemPromptValues(
  { tools, managedAgents }: Pick<RunningAgent, "tools" | "managedAgents">,
  { instructions, outputSchema }: { readonly instructions?: string; readonly outputSchema?: Schema },
): SystemPromptValues {
  return {
    tools: tools.map(declaredTool),
    managedAgents: managedAgents.map(declaredAgent),
    instructions,
    authorizedImports: [],
    ...(outputSchema ? { outputSchema: toJsonSchema(outputSchema) } : {}),
  };
}

function taskText(task: string, additionalArgs: Readonly<Record<string, unknown>>): string {
  if (Object.keys(additionalArgs).length === 0) return task;
  return `${task}\nYou have been provided with these additional arguments, that you can access directly using the keys as variables:\n${describe(referToImages(additionalArgs))}.`;
}
