import type { ActionStep, PlanningStep, TaskStep } from "../memory/steps.ts";
import type { Schema } from "../tools/schema.ts";
import type { AgentRun } from "./agent-run.ts";
import { type Ending, endEarly } from "./ending.ts";
import { toAgentError } from "./failure.ts";
import { isPlanDue } from "./planning.ts";
import type { RunResult } from "./run-result.ts";
import { callBackFinalAnswer, recordStep } from "./step-callbacks.ts";

/** What the loop asks of an agent. */
interface Loop {
  readonly task: TaskStep;
  readonly planningInterval: number | undefined;
  readonly outputSchema: Schema | undefined;
  readonly plan: (run: AgentRun) => Promise<PlanningStep>;
  readonly step: (run: AgentRun) => Promise<ActionStep>;
}

/**
 * Takes a run from its task to its end, and tells of it: `run-start` is the first event, `final` the last, also when it fails.
 *
 * Errors: what the model cannot mend, always an AgentError.
 * Source: smolagents agents.py, _run_stream.
 */
export async function runToItsEnd(run: AgentRun, loop: Loop): Promise<RunResult> {
  try {
    const { agent, memory } = run;
    const { model } = run.settings;
    const { task } = loop.task;
    run.emit({
      type: "run-start",
      agentName: agent.name,
      modelClass: model.constructor.name,
      modelId: model.modelId,
      task,
    });
    const firstStep = memory.steps.length;
    await recordStep(run, loop.task);
    const { output, stopReason } = await takeSteps(run, loop);
    const steps = memory.steps.slice(firstStep);
    const result = { output, stopReason, steps, usage: run.usage, timing: run.endTiming() };
    await callBackFinalAnswer(run, result);
    run.emit({ type: "final", result });
    return result;
  } catch (thrown) {
    const error = toAgentError(thrown, run.callerSignal);
    run.fail(error);
    throw error;
  } finally {
    run.limits.close();
  }
}

async function takeSteps(run: AgentRun, { planningInterval, outputSchema, plan, step }: Loop): Promise<Ending> {
  for (run.stepNumber = 1; ; run.stepNumber++) {
    await run.ready();
    if (!run.stop() && isPlanDue(planningInterval, run)) await unlessOutOfTime(run, plan(run));
    const stop = run.stop();
    if (stop) return endEarly(run, { stop, outputSchema });
    const { isFinalAnswer, output } = await step(run);
    if (isFinalAnswer) return { output, stopReason: "final-answer" };
  }
}

/** A plan that the time limit cut short is no failure: the run is about to end. */
async function unlessOutOfTime(run: AgentRun, plan: Promise<PlanningStep>): Promise<void> {
  try {
    await plan;
  } catch (thrown) {
    if (run.asLimit(thrown) === thrown) throw thrown;
  }
}
