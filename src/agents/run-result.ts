import type { Step, Timing } from "../memory/steps.ts";
import type { RunUsage } from "../models/usage.ts";

/** Why a run ended. */
export type StopReason =
  | "final-answer"
  | "max-steps"
  | "tool-calls"
  | "tokens"
  | "cost"
  | "duration"
  | "repeated-calls"
  | "interrupted";

/** What a run gave. */
export interface RunResult<Output = unknown> {
  /** The final answer; at a limit, the model's last word. Undefined, whatever its type, if the run was interrupted. */
  readonly output: Output;
  readonly stopReason: StopReason;
  /** The steps of this run, from its task on. */
  readonly steps: readonly Step[];
  readonly usage: RunUsage;
  readonly timing: Timing;
}
