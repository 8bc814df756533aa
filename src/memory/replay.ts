import { describe } from "../describe.ts";
import { messageText } from "./message-text.ts";
import type { ActionStep, Observation, PlanningStep, Step } from "./steps.ts";
import { stepTitle, timeAndTokens } from "./time-and-tokens.ts";

/** Says how much a replay tells. */
export interface ReplayOptions {
  /** True adds the system prompt, and what the model saw at each step. False if absent. */
  readonly detailed?: boolean;
}

/**
 * Tells what happened, step after step, as text for people: what was asked, planned, said, done and observed, and the time and tokens it took.
 *
 * Source: smolagents memory.py, AgentMemory.replay.
 */
export function replay(steps: readonly Step[], { detailed = false }: ReplayOptions = {}): string {
  return steps
    .filter(({ type }) => detailed || type !== "system-prompt")
    .map((step) => stepLines(step, detailed).join("\n"))
    .join("\n\n");
}

function stepLines(step: Step, detailed: boolean): string[] {
  switch (step.type) {
    case "system-prompt":
      return [rule("System prompt"), step.systemPrompt];
    case "task":
      return [rule("Task"), step.task, ...(step.images ? [`Images: ${step.images.length}`] : [])];
    case "planning":
      return [rule("Plan"), ...(detailed ? inputLines(step) : []), step.plan, timeAndTokens("Plan", step)];
    case "action":
      return [rule(stepTitle(step)), ...(detailed ? inputLines(step) : []), ...actionLines(step)];
  }
}

function inputLines({ modelInput }: ActionStep | PlanningStep): string[] {
  return part("Input messages", modelInput.map(messageText).join("\n"));
}

function actionLines(step: ActionStep): string[] {
  const { reasoning = "", modelOutput, toolCalls, code = "", observations, images = [], error, output } = step;
  const calls = toolCalls.map(({ name, arguments: input }) => `${name} ${describe(input)}`);
  return [
    ...part("Reasoning", reasoning),
    ...part("Model output", modelOutput),
    ...part("Calls", calls.join("\n")),
    // What the model wrote holds it most often.
    ...part("Code", modelOutput.includes(code) ? "" : code),
    ...part("Observations", observations.map(observationText).join("\n")),
    ...part("Images", images.map(({ name }) => name).join("\n")),
    ...part("Error", error && !isTold(step) ? error.message : ""),
    ...part("Output", output === undefined ? "" : describe(output)),
    timeAndTokens(stepTitle(step), step),
  ];
}

function observationText({ toolName, text, error }: Observation): string {
  const said = [text, error ? `Error: ${error.message}` : ""].filter((line) => line !== "").join("\n");
  return toolName ? `${toolName}: ${said}` : said;
}

function isTold({ error, observations }: ActionStep): boolean {
  return observations.some((observation) => observation.error?.message === error?.message);
}

function part(title: string, text: string): string[] {
  return text.trim() === "" ? [] : [`${title}:`, text.trim().replaceAll(/^/gm, "  ")];
}

function rule(title: string): string {
  return `── ${title} `.padEnd(80, "─");
}
