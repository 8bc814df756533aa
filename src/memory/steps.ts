import type { ImagePart, Message, ToolCall } from "../models/message.ts";
import type { Usage } from "../models/usage.ts";

/** Times in milliseconds; the first two since the epoch. */
export interface Timing {
  readonly startTime: number;
  readonly endTime: number;
  readonly durationMs: number;
}

/** A failure that the model was told of, as data: `type` is the name of the error's class. */
export interface StepError {
  readonly type: string;
  readonly message: string;
}

/** What a call, or a step's code, gave back: the text that the model reads next. */
export interface Observation {
  /** The tool call that it answers; absent for code. */
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly text: string;
  readonly error?: StepError;
}

/** An image that a tool gave, under the name by which it is kept in the agent's state. */
export interface NamedImage extends ImagePart {
  readonly name: string;
}

/** Holds the system prompt, as it was rendered for the last run. */
export interface SystemPromptStep {
  readonly type: "system-prompt";
  readonly systemPrompt: string;
}

/** Holds what was asked. */
export interface TaskStep {
  readonly type: "task";
  readonly task: string;
  readonly images?: readonly ImagePart[];
}

/** Holds a plan, and what it was made from. */
export interface PlanningStep {
  readonly type: "planning";
  readonly modelInput: readonly Message[];
  readonly modelOutput: string;
  /** What the model reads of it later. */
  readonly plan: string;
  readonly usage?: Usage;
  readonly timing: Timing;
}

/** One turn of the loop: what the model saw and said, what was done, what came of it. */
export interface ActionStep {
  readonly type: "action";
  /** Counts from 1. */
  readonly stepNumber: number;
  readonly modelInput: readonly Message[];
  readonly modelOutput: string;
  readonly reasoning?: string;
  readonly toolCalls: readonly ToolCall[];
  readonly code?: string;
  /** In the order of the calls. */
  readonly observations: readonly Observation[];
  /** Those that the tools of this step gave. */
  readonly images?: readonly NamedImage[];
  /** The first failure of the step, if there was one. */
  readonly error?: StepError;
  readonly output?: unknown;
  readonly isFinalAnswer: boolean;
  readonly usage?: Usage;
  readonly timing: Timing;
}

/** What happened in a run, in order. Source: smolagents memory.py. */
export type Step = SystemPromptStep | TaskStep | PlanningStep | ActionStep;

/** Measures from now; call the result for the timing. */
export function startTiming(): () => Timing {
  const startTime = Date.now();
  const startedAt = performance.now();
  return () => {
    const durationMs = performance.now() - startedAt;
    return { startTime, endTime: startTime + durationMs, durationMs };
  };
}
