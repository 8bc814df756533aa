import type { ActionStep, PlanningStep, StepError } from "../memory/steps.ts";
import type { RunResult, StopReason } from "./run-result.ts";

/** What happens in a run, as it happens. */
export type AgentEventBody =
  | {
      readonly type: "run-start";
      readonly agentName: string;
      readonly modelClass: string;
      readonly modelId: string;
      readonly task: string;
    }
  | { readonly type: "plan"; readonly step: PlanningStep }
  | { readonly type: "step-start"; readonly stepNumber: number }
  | { readonly type: "text-delta"; readonly text: string }
  | { readonly type: "reasoning-delta"; readonly text: string }
  | { readonly type: "code"; readonly code: string }
  | { readonly type: "log"; readonly line: string }
  | { readonly type: "tool-start"; readonly toolName: string; readonly callId?: string; readonly input: unknown }
  | ToolEndEvent
  | { readonly type: "step-end"; readonly step: ActionStep }
  | ApprovalEvent
  | { readonly type: "retry"; readonly attempt: number; readonly reason: string; readonly status?: number }
  | { readonly type: "limit"; readonly stopReason: StopReason; readonly message: string }
  | { readonly type: "final"; readonly result: RunResult; readonly error?: undefined }
  | { readonly type: "final"; readonly error: Error; readonly result?: undefined };

/** Tells what became of a call that someone had to approve. */
interface ApprovalEvent {
  readonly type: "approval";
  readonly toolName: string;
  readonly callId?: string;
  readonly input: unknown;
  readonly isApproved: boolean;
  readonly reason?: string;
}

/** Has `output`, or `error` if the call failed. */
interface ToolEndEvent {
  readonly type: "tool-end";
  readonly toolName: string;
  readonly callId?: string;
  readonly output?: unknown;
  readonly error?: StepError;
  readonly durationMs: number;
}

/**
 * Tells what happens in a run. `final` is the last one, always.
 *
 * `agentPath` is empty for the agent that was asked, and holds the names down to the managed agent that the event is of.
 */
export type AgentEvent = AgentEventBody & { readonly agentPath: readonly string[] };
