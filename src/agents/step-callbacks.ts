import { untilAborted } from "../abort.ts";
import { ConfigurationError } from "../errors.ts";
import type { ActionStep, PlanningStep, TaskStep } from "../memory/steps.ts";
import type { AgentRun } from "./agent-run.ts";
import type { RunResult } from "./run-result.ts";
import type { StepCallback, StepCallbacks } from "./run-settings.ts";

/**
 * Lets the callbacks see a step, then writes it to memory and tells of it. Also a step that a callback threw at is written down.
 *
 * Errors: ConfigurationError with what a callback threw as its `cause`; AgentAbortError.
 * Source: smolagents agents.py, _finalize_step.
 */
export async function recordStep(run: AgentRun, step: TaskStep | PlanningStep | ActionStep): Promise<void> {
  try {
    if (run.settings.stepCallbacks) await callBack(run, step);
  } finally {
    run.memory.steps.push(step);
    if (step.type === "planning") run.emit({ type: "plan", step });
    if (step.type === "action") run.emit({ type: "step-end", step });
  }
}

/** Lets the callbacks for the final answer see the result. Errors: as those of recordStep. */
export async function callBackFinalAnswer(run: AgentRun, result: RunResult): Promise<void> {
  if (!run.settings.stepCallbacks) return;
  const { finalAnswer = [] } = byKind(run.settings.stepCallbacks);
  await inOrder(run, [finalAnswer].flat(), result);
}

async function callBack(run: AgentRun, step: TaskStep | PlanningStep | ActionStep): Promise<void> {
  const callbacks = byKind(run.settings.stepCallbacks);
  switch (step.type) {
    case "task":
      return inOrder(run, [callbacks.task ?? []].flat(), step);
    case "planning":
      return inOrder(run, [callbacks.planning ?? []].flat(), step);
    case "action":
      return inOrder(run, [callbacks.action ?? []].flat(), step);
  }
}

type CallbacksByKind = Exclude<StepCallbacks, readonly unknown[]>;

function byKind(callbacks: StepCallbacks = {}): CallbacksByKind {
  return isList(callbacks) ? { action: callbacks } : callbacks;
}

/** Array.isArray does not see readonly arrays. */
function isList(callbacks: StepCallbacks): callbacks is Extract<StepCallbacks, readonly unknown[]> {
  return Array.isArray(callbacks);
}

async function inOrder<S>(run: AgentRun, callbacks: readonly StepCallback<S>[], step: S): Promise<void> {
  for (const callback of callbacks) {
    const called = async (): Promise<unknown> => callback(step, { memory: run.memory, agent: run.agent });
    await untilAborted(called().catch(blame), run.callerSignal);
  }
}

function blame(cause: unknown): never {
  throw new ConfigurationError(`A step callback threw: ${String(cause)}`, { cause });
}
