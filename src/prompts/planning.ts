import { type DeclaredTool, toolDeclarations } from "./tool-declarations.ts";

/** Holds what a model is told that makes a plan. */
export interface PlanningValues {
  readonly task: string;
  readonly tools: readonly DeclaredTool[];
  readonly managedAgents: readonly DeclaredTool[];
  readonly instructions?: string | undefined;
}

/** Asks for the first plan. Source: smolagents prompts, planning.initial_plan. */
export function initialPlanRequest(values: PlanningValues): string {
  return `You are an expert in finding out what a task needs, and in planning how to solve it.
Below is a task. First survey the facts that are known or needed, then plan how to solve it.

## 1. Facts survey
List facts such as names, dates and values, each with a short reasoning, and assume nothing:
### 1.1. Facts given in the task
### 1.2. Facts to look up (and where)
### 1.3. Facts to derive, by logic or computation

## 2. Plan
${PLAN_FORM}

${surroundings(values)}---
Now begin! Here is your task:
${values.task}

First write the facts survey, then your plan.`;
}

/** Introduces the memory of the run to a model that will update the plan. Source: smolagents prompts, planning.update_plan_pre_messages. */
export function updatePlanIntroduction({ task }: { readonly task: string }): string {
  return `You are an expert in finding out what a task needs, and in planning how to solve it.
You were given this task:
${task}

Below you find what has been done to solve it so far. If that was successful, build the new plan on the results. If you are stalled, you can make a completely new plan.`;
}

/** Asks for the updated plan. Source: smolagents prompts, planning.update_plan_post_messages. */
export function updatePlanRequest(values: PlanningValues & { readonly remainingSteps: number }): string {
  const { remainingSteps } = values;
  return `Now bring the facts and the plan up to date, with what has been done above in mind.

## 1. Updated facts survey
### 1.1. Facts given in the task
### 1.2. Facts that we have learned
### 1.3. Facts still to look up
### 1.4. Facts still to derive

## 2. Plan
You have ${remainingSteps} ${remainingSteps === 1 ? "step" : "steps"} remaining.
${PLAN_FORM}

${surroundings(values)}`.trimEnd();
}

/** Is the text under which a first plan stands in memory. */
export function initialPlan(plan: string): string {
  return `Here are the facts I know and the plan of action that I will follow to solve the task:\n\`\`\`\n${plan}\n\`\`\``;
}

/** Is the text under which an updated plan stands in memory. */
export function updatedPlan({ task, plan }: { readonly task: string; readonly plan: string }): string {
  return `I still need to solve the task I was given:\n\`\`\`\n${task}\n\`\`\`\n\nHere are the facts I know and my new/updated plan of action to solve the task:\n\`\`\`\n${plan}\n\`\`\``;
}

const PLAN_FORM = `Write a plan of single tasks, in their order, that lead to the right answer when they are done with what you can use. Leave no step out, and add none that is not needed. Stay high-level: do not detail tool calls.
After the last step of the plan, write the tag <end_plan> and stop there.`;

/** What the plan can build on, each paragraph with a blank line after it. */
function surroundings({ tools, managedAgents, instructions = "" }: PlanningValues): string {
  return [
    tools.length === 0 ? [] : `You can use these tools:\n\`\`\`ts\n${toolDeclarations(tools)}\n\`\`\``,
    managedAgents.length === 0
      ? []
      : `You can also give tasks to these team members:\n\`\`\`ts\n${toolDeclarations(managedAgents)}\n\`\`\``,
    instructions === "" ? [] : `These instructions hold for all of the work:\n${instructions}`,
  ]
    .flat()
    .map((paragraph) => `${paragraph}\n\n`)
    .join("");
}
