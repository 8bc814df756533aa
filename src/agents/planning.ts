import { startTiming, type PlanningStep } from "../memory/steps.ts";
import { toSummaryMessages } from "../memory/to-messages.ts";
import type { ImagePart, Message } from "../models/message.ts";
import { initialPlan, type PlanningValues, updatedPlan } from "../prompts/planning.ts";
import { declaredTool } from "../tools/tool-spec.ts";
import type { AgentRun } from "./agent-run.ts";
import { ManagedAgent } from "./managed-agent.ts";

/** Whether a plan is due before the run's next step: before the first, then every `interval` steps. */
export function isPlanDue(interval: number | undefined, { stepNumber }: AgentRun): boolean {
  return interval !== undefined && interval > 0 && (stepNumber - 1) % interval === 0;
}

/**
 * Asks the model for a plan: the first one, or an update when something has been done already.
 *
 * Errors: those of Model.generate.
 * Source: smolagents agents.py, _generate_planning_step.
 */
export async function makePlan(run: AgentRun, instructions: string | undefined): Promise<PlanningStep> {
  const endTiming = startTiming();
  const isFirst = run.memory.steps.filter(({ type }) => type !== "system-prompt").length === 1;
  const modelInput = isFirst ? initialPlanMessages(run, instructions) : await updatePlanMessages(run, instructions);
  const request = { messages: modelInput, stopSequences: ["<end_plan>"] };
  const { message, usage } = await run.generate(request);
  const plan = isFirst ? initialPlan(message.content) : updatedPlan({ task: run.task, plan: message.content });
  return {
    type: "planning",
    modelInput,
    modelOutput: message.content,
    plan,
    ...(usage ? { usage } : {}),
    timing: endTiming(),
  };
}

function initialPlanMessages(run: AgentRun, instructions: string | undefined): Message[] {
  const [text, images] = [run.prompts.initialPlan(planningValues(run, instructions)), taskImages(run)];
  return [{ role: "user", content: images.length === 0 ? text : [{ type: "text", text }, ...images] }];
}

async function updatePlanMessages(run: AgentRun, instructions: string | undefined): Promise<Message[]> {
  const remainingSteps = run.maxSteps - run.stepNumber + 1;
  return [
    { role: "system", content: run.prompts.updatePlanIntroduction({ task: run.task }) },
    ...(await workSoFar(run)),
    { role: "user", content: run.prompts.updatePlan({ ...planningValues(run, instructions), remainingSteps }) },
  ];
}

/** As short as the agent keeps it for its steps; all that was done, where it does not. */
async function workSoFar(run: AgentRun): Promise<readonly Message[]> {
  const { memoryToMessages, model } = run.settings;
  if (!memoryToMessages) return toSummaryMessages(run.memory.steps, { showImages: model.seesImages });
  return (await run.messages()).filter(({ role }) => role !== "system");
}

function planningValues(run: AgentRun, instructions: string | undefined): PlanningValues {
  const tools = [...run.tools.values()];
  return {
    task: run.task,
    instructions,
    tools: tools.filter((tool) => !(tool instanceof ManagedAgent)).map(declaredTool),
    managedAgents: tools.filter((tool) => tool instanceof ManagedAgent).map(declaredTool),
  };
}

function taskImages(run: AgentRun): readonly ImagePart[] {
  return run.memory.steps.flatMap((step) => (step.type === "task" ? (step.images ?? []) : []));
}
