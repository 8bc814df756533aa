import type { Step, Timing } from "../memory/steps.ts";
import type { RunUsage } from "../models/usage.ts";

/** Why a run ended. */
export type StopReason = "final-answer" | "max-steps";

/** What a run gave. */
export interface RunResult {
  /** The final answer; at a limit, the model's last word. */
  readonly output: unknown;
  readonly stopReason: StopReason;
  /** The steps of this run, from its task on. */
  readonly steps: readonly Step[];
  readonly usage: RunUsage;
  readonly timing: Timing;
}
