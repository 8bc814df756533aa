/** Introduces the managed agents that a system prompt lists below it. */
export const TEAM_INTRODUCTION =
  "You can also give tasks to team members. Calling a team member works the same as calling a tool: the argument `task` is what you want to be done, " +
  "in full sentences, and `additional_args` is an object with whatever data it may need. " +
  "A team member knows nothing of your task: be as detailed and verbose as you would be with a colleague who has just come in.";

interface ManagedTask {
  readonly name: string;
  readonly task: string;
}

/** Puts a manager's task to a managed agent. Source: smolagents prompts, managed_agent.task. */
export function managedAgentTask({ name, task }: ManagedTask): string {
  return `You're a helpful agent named '${name}'.
You have been submitted this task by your manager.
---
Task:
${task}
---
You're helping your manager solve a wider task: so make sure to not provide a one-line answer, but give as much information as possible to give them a clear understanding of the answer.

Your final answer WILL HAVE to contain these parts:
### 1. Task outcome (short version):
### 2. Task outcome (extremely detailed version):
### 3. Additional context (if relevant):

Put all these in your final answer: everything that you do not pass on as the answer will be lost.
And even if your task does not succeed, please return as much context as possible, so that your manager can act upon this feedback.`;
}

/** Puts a managed agent's answer to its manager. Source: smolagents prompts, managed_agent.report. */
export function managedAgentReport({
  name,
  finalAnswer,
}: {
  readonly name: string;
  readonly finalAnswer: string;
}): string {
  return `Here is the final answer from your managed agent '${name}':\n${finalAnswer}`;
}

/** Follows the report when `provideRunSummary` is on. Source: smolagents agents.py, __call__. */
export function managedAgentSummary({ messages }: { readonly messages: readonly string[] }): string {
  const listed = messages.map((message) => `\n${message}\n---`).join("");
  return `\n\nFor more detail, find below a summary of this agent's work:\n<summary_of_work>\n${listed}\n</summary_of_work>`;
}
