import { type DeclaredTool, toolDeclarations } from "./tool-declarations.ts";

interface PlanningValues {
  readonly task: string;
  readonly tools: readonly DeclaredTool[];
  readonly managedAgents: readonly DeclaredTool[];
  readonly instructions: string | undefined;
}

/** Asks for the first plan. Source: smolagents prompts, planning.initial_plan. */
export function initialPlanRequest(values: PlanningValues): string {
  return `You are a world expert at analyzing a situation to derive facts, and plan accordingly towards solving a task.
Below is a task. Build a survey of the facts that are known or needed, then make a plan of action to solve it.

## 1. Facts survey
List, each with a short reasoning:
### 1.1. Facts given in the task
### 1.2. Facts to look up (and where)
### 1.3. Facts to derive, by logic or computation

## 2. Plan
Then write a step-by-step high-level plan. It should involve individual tasks that, if executed correctly, yield the correct answer. Do not skip steps, and do not add any that are not needed. Do not detail individual tool calls.
After the final step of the plan, write the tag <end_plan> and stop there.

${surroundings(values)}

---
Now begin! Here is your task:
${values.task}

First write the facts survey, then your plan.`;
}

/** Introduces the memory of the run to a model that will update the plan. Source: smolagents prompts, planning.update_plan_pre_messages. */
export function updatePlanIntroduction(task: string): string {
  return `You are a world expert at analyzing a situation, and plan accordingly towards solving a task.
You have been given the following task:
${task}

Below you find what has been done to solve it so far. If that was successful, build the new plan on the results. If you are stalled, you can make a completely new plan.`;
}

/** Asks for the updated plan. Source: smolagents prompts, planning.update_plan_post_messages. */
export function updatePlanRequest(values: PlanningValues & { readonly remainingSteps: number }): string {
  return `Now write your updated facts below, taking into account the above history:
## 1. Updated facts survey
### 1.1. Facts given in the task
### 1.2. Facts that we have learned
### 1.3. Facts still to look up
### 1.4. Facts still to derive

## 2. Plan
Then write a step-by-step high-level plan to solve the task above. You have ${values.remainingSteps} steps remaining. Do not skip steps, and do not add any that are not needed. Do not detail individual tool calls.
After the final step of the plan, write the tag <end_plan> and stop there.

${surroundings(values)}`;
}

/** Is the text under which a first plan stands in memory. */
export function initialPlan(plan: string): string {
  return `Here are the facts I know and the plan of action that I will follow to solve the task:\n\`\`\`\n${plan}\n\`\`\``;
}

/** Is the text under which an updated plan stands in memory. */
export function updatedPlan({ task, plan }: { readonly task: string; readonly plan: string }): string {
  return `I still need to solve the task I was given:\n\`\`\`\n${task}\n\`\`\`\n\nHere are the facts I know and my new/updated plan of action to solve the task:\n\`\`\`\n${plan}\n\`\`\``;
}

function surroundings({ tools, managedAgents, instructions }: PlanningValues): string {
  return [
    `You can use these tools:\n\`\`\`ts\n${toolDeclarations(tools)}\n\`\`\``,
    managedAgents.length === 0
      ? []
      : `You can also give tasks to these team members:\n\`\`\`ts\n${toolDeclarations(managedAgents)}\n\`\`\``,
    instructions ?? [],
  ]
    .flat()
    .join("\n\n");
}
