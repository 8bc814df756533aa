import { type Attributes, type Context, context, createContextKey } from "@opentelemetry/api";
import type { AgentRun } from "../../src/agents/agent-run.ts";

/** Is what is known of a run while it goes on: nothing before its first step. */
export interface RunInProgress {
  run?: AgentRun;
}

const PROGRESS_KEY = createContextKey("vitrine run in progress");

/** Gives a context in which the steps of a run tell whose they are. */
export function withProgress(within: Context, progress: RunInProgress): Context {
  return within.setValue(PROGRESS_KEY, progress);
}

/** Tells the span of a run, from its steps, which run it is of: it is made within. */
export function noteRun(run: AgentRun): void {
  const progress = context.active().getValue(PROGRESS_KEY);
  if (isProgress(progress)) progress.run = run;
}

/** Names the agent of the run that goes on, as the GenAI conventions want it on what its tools do; nothing outside of a run, and before its first step. */
export function runAgentTwins(): Attributes {
  const progress = context.active().getValue(PROGRESS_KEY);
  const name = isProgress(progress) ? progress.run?.agent.name : undefined;
  return name === undefined ? {} : { "gen_ai.agent.name": name };
}

function isProgress(value: unknown): value is RunInProgress {
  return typeof value === "object" && value !== null;
}
