import type { AgentMemory } from "../memory/memory.ts";
import type { MemoryToMessages } from "../memory/keep-recent-steps.ts";
import type { ActionStep, PlanningStep, TaskStep } from "../memory/steps.ts";
import type { Model } from "../models/model.ts";
import type { Prompts } from "../prompts/prompt-set.ts";
import type { CallingAgent, Tool } from "../tools/tool.ts";
import type { RunLimits } from "./limits.ts";
import type { RunResult } from "./run-result.ts";

/** What whoever checks or watches a run gets beside the answer or the step. */
export interface RunView {
  readonly memory: AgentMemory;
  readonly agent: CallingAgent;
}

/** Gives true if the answer will do; false, or better the reason (a string, or thrown), if not. `Output` is what the agent's output schema gives. */
export type FinalAnswerCheck<Output = unknown> = {
  // As a method, so that checks of one type of answer are settings like any other.
  check(answer: Output, view: RunView): boolean | string | Promise<boolean | string>;
}["check"];

/** A call that someone must allow. `input` is what the tool's schema made of the model's arguments. */
export interface ApprovalRequest {
  readonly tool: Tool;
  readonly input: unknown;
  /** The id of the model's call; undefined for a call from code. */
  readonly callId: string | undefined;
  readonly agent: CallingAgent;
}

/** Gives true to let the call be made; false, or better the reason, to refuse it: the model is told. */
export type Approve = (request: ApprovalRequest) => Approval | Promise<Approval>;
type Approval = boolean | { readonly reason: string };

/** Is called with each step of its kind, and waited for, before the step enters memory. */
export type StepCallback<S> = (step: S, view: RunView) => unknown;

/** Callbacks for action steps; or callbacks by the kind of step. `finalAnswer` is called once, with the result of the run. */
export type StepCallbacks =
  | readonly StepCallback<ActionStep>[]
  | {
      readonly task?: OneOrMore<StepCallback<TaskStep>>;
      readonly planning?: OneOrMore<StepCallback<PlanningStep>>;
      readonly action?: OneOrMore<StepCallback<ActionStep>>;
      readonly finalAnswer?: OneOrMore<StepCallback<RunResult>>;
    };
type OneOrMore<T> = T | readonly T[];

/** Holds what every run of an agent is told by its agent. */
export interface RunSettings {
  readonly model: Model;
  /** How much a run may use up. No limit, where absent. */
  readonly limits?: RunLimits;
  /** At a limit, `maxSteps` too: "answer" asks the model once more, without tools; "throw" rejects with a LimitError. "answer" if absent. */
  readonly onLimit?: "answer" | "throw";
  /** Asked before calls of tools that say so (`needsApproval`). A managed agent without one asks its manager's. */
  readonly approve?: Approve;
  readonly stepCallbacks?: StepCallbacks;
  readonly finalAnswerChecks?: readonly FinalAnswerCheck[];
  /** Makes what the model sees of the memory, to prune or summarise it: `keepRecentSteps()`, or a function of your own. All of it, if absent. */
  readonly memoryToMessages?: MemoryToMessages;
  /** Prompts in place of the default ones: of planning, of managed agents, of the forced answer. */
  readonly prompts?: Prompts;
}
