import { managedAgentReport, managedAgentSummary, managedAgentTask } from "./managed-agent.ts";
import { initialPlanRequest, type PlanningValues, updatePlanIntroduction, updatePlanRequest } from "./planning.ts";

/** Holds the prompts beside the system prompt; each is a function of its values. The `prompts` option of an agent replaces single ones. */
export interface PromptSet {
  /** Asks for the first plan. The one message of its request. */
  readonly initialPlan: (values: PlanningValues) => string;
  /** Introduces what was done so far, as a system message, before an update of the plan is asked for. */
  readonly updatePlanIntroduction: (values: { readonly task: string }) => string;
  /** Asks for the updated plan. `remainingSteps` counts the steps that may still be taken, 0 or more. */
  readonly updatePlan: (values: PlanningValues & { readonly remainingSteps: number }) => string;
  /** Puts a manager's task to its managed agent of that name. */
  readonly managedAgentTask: (values: { readonly name: string; readonly task: string }) => string;
  /** Puts a managed agent's answer to its manager. */
  readonly managedAgentReport: (values: { readonly name: string; readonly finalAnswer: string }) => string;
  /** Follows the report where `provideRunSummary` is on, with no space between. `messages` are the texts of the managed run's memory. */
  readonly managedAgentSummary: (values: { readonly messages: readonly string[] }) => string;
  /** Introduces what was done, as a system message, before an answer is forced at a limit. */
  readonly finalAnswerIntroduction: (values: { readonly task: string }) => string;
  /** Asks for the forced answer. */
  readonly finalAnswer: (values: { readonly task: string }) => string;
}

/** Some prompts of a set: the others are the default ones. */
export type Prompts = Partial<PromptSet>;

/** Holds the prompts that an agent has unless its `prompts` option says otherwise. */
export const DEFAULT_PROMPTS: PromptSet = {
  initialPlan: initialPlanRequest,
  updatePlanIntroduction,
  updatePlan: updatePlanRequest,
  managedAgentTask,
  managedAgentReport,
  managedAgentSummary,
  finalAnswerIntroduction,
  finalAnswer: finalAnswerRequest,
};

/** Tells a model that its steps are used up, before it is shown what was done. Source: smolagents prompts, final_answer.pre_messages. */
function finalAnswerIntroduction(): string {
  return "An agent tried to answer a user query but it got stuck and failed to do so. You are tasked with providing an answer instead. Here is the agent's memory:";
}

/** Asks for the answer, after what was done. Source: smolagents prompts, final_answer.post_messages. */
function finalAnswerRequest({ task }: { readonly task: string }): string {
  return `Based on the above, please provide an answer to the following user task:\n${task}`;
}
