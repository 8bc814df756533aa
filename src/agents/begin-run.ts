import { describe } from "../describe.ts";
import type { TaskStep } from "../memory/steps.ts";
import type { SystemPromptValues } from "../prompts/code-system-prompt.ts";
import type { Tool } from "../tools/tool.ts";
import { declaredTool } from "../tools/tool-spec.ts";
import { assertCount, type RunOptions } from "./agent-options.ts";
import { AgentRun } from "./agent-run.ts";
import type { Conversation } from "./conversation.ts";
import type { AgentEvent } from "./events.ts";
import { ManagedAgent, type ManagedAgentLike } from "./managed-agent.ts";

/** What a run needs to know of its agent. */
interface RunningAgent {
  readonly name: string | undefined;
  readonly tools: readonly Tool[];
  readonly managedAgents: readonly ManagedAgentLike[];
  readonly maxSteps: number;
}

interface Beginning {
  readonly task: string;
  readonly options: RunOptions;
  readonly conversation: Conversation;
  readonly log: ((event: AgentEvent) => void) | undefined;
  readonly renderSystemPrompt: (values: Omit<SystemPromptValues, "instructions">) => string;
}

/**
 * Sets a run up: its tools, its state, its system prompt, its task.
 *
 * Source: smolagents agents.py, MultiStepAgent.run, up to the first step.
 */
export function beginRun(
  agent: RunningAgent,
  { task, options, conversation, log, renderSystemPrompt }: Beginning,
): AgentRun {
  const {
    additionalArgs = {},
    images,
    reset = true,
    maxSteps = agent.maxSteps,
    signal,
    context,
    onEvent,
    parent,
  } = options;
  assertCount(maxSteps, "maxSteps");
  Object.assign(conversation.state, additionalArgs);
  const listeners = [log, onEvent].filter((listener) => listener !== undefined);
  const run = new AgentRun({
    agent: { name: agent.name ?? agent.constructor.name, state: conversation.state },
    task: taskText(task, additionalArgs),
    maxSteps,
    conversation,
    signal,
    context,
    onEvent: (event) => listeners.forEach((listener) => listener(event)),
    streams: onEvent !== undefined,
    parent,
  });
  const managed = agent.managedAgents.map((managedAgent) => new ManagedAgent(managedAgent, run));
  run.tools = new Map<string, Tool>([...agent.tools, ...managed].map((tool) => [tool.name, tool]));
  const prompt = renderSystemPrompt({ tools: agent.tools.map(declaredTool), managedAgents: managed.map(declaredTool) });
  run.memory.begin(prompt, { keep: !reset });
  const step: TaskStep = { type: "task", task: run.task, ...(images ? { images } : {}) };
  run.memory.steps.push(step);
  return run;
}

function taskText(task: string, additionalArgs: Readonly<Record<string, unknown>>): string {
  if (Object.keys(additionalArgs).length === 0) return task;
  return `${task}\nYou have been provided with these additional arguments, that you can access directly using the keys as variables:\n${describe(additionalArgs)}.`;
}
