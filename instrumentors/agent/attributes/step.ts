import { AGENT_NAME } from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import type { AgentRun } from "../../../src/agents/agent-run.ts";
import type { ActionStep, Observation, PlanningStep, Step, TaskStep } from "../../../src/memory/steps.ts";
import type { SpanEvent } from "../../shared/traced.ts";
import { EVENTS, VITRINE } from "../../shared/vitrine-attributes.ts";
import { answerOf } from "./agent.ts";
import { inputWithImages, outputWithImages } from "./images.ts";
import { limitAttributes } from "./limits.ts";
import { inputAttributes, outputAttributes } from "../../shared/text.ts";

/** Describes a step before it is taken. Its input is what the step before it left: the task, the plan, or what was observed. */
export function stepStartAttributes(run: AgentRun): Attributes {
  const { agent, memory, stepNumber } = run;
  return {
    [AGENT_NAME]: agent.name,
    ...leftBy(memory.steps.at(-1)),
    [VITRINE.stepNumber]: stepNumber,
    ...limitAttributes(run),
  };
}

/** Describes a step that was taken, by what was observed, or by the final answer. */
export function stepResultAttributes(step: ActionStep): Attributes {
  return outputWithImages(observedIn(step), addressesOf(step));
}

function leftBy(step: Step | undefined): Attributes {
  switch (step?.type) {
    case "task":
      return inputWithImages(step.task, addressesOf(step));
    case "planning":
      return inputAttributes(step.plan);
    case "action":
      return inputWithImages(observedIn(step), addressesOf(step));
    case "system-prompt":
    case undefined:
      return {};
  }
}

function addressesOf({ images = [] }: Pick<TaskStep, "images">): string[] {
  return images.map(({ url }) => url);
}

function observedIn({ isFinalAnswer, output, observations, error }: ActionStep): unknown {
  if (isFinalAnswer) return answerOf(output);
  if (observations.length === 0) return error?.message;
  return observations.map((each) => textOf(each, { isNamed: observations.length > 1 })).join("\n");
}

/** Of several results, each says which tool gave it. */
function textOf({ toolName, text, error }: Observation, { isNamed }: { readonly isNamed: boolean }): string {
  const said = [text, error ? `Error: ${error.message}` : ""].filter(Boolean).join("\n");
  return isNamed && toolName ? `${toolName}: ${said}` : said;
}

/** Tells of a final answer that was refused, by a check or by its schema. */
export function refusedAnswer({ error }: ActionStep): SpanEvent | undefined {
  if (error?.type !== "FinalAnswerCheckError") return undefined;
  return { name: EVENTS.finalAnswerCheck, attributes: { type: error.type, message: error.message } };
}

/** Tells of a failure that went back to the model: the step is no failed one. */
export function stepRecovery({ error }: ActionStep): SpanEvent | undefined {
  if (!error) return undefined;
  return { name: EVENTS.stepRecovery, attributes: { type: error.type, message: error.message, severity: "expected" } };
}

/** Describes a planning step before it is taken. */
export function planStartAttributes({ agent, task }: AgentRun): Attributes {
  return { [AGENT_NAME]: agent.name, ...inputAttributes(task) };
}

/** Describes a planning step by the plan that came of it, as the model will read it. */
export function planResultAttributes({ plan }: PlanningStep): Attributes {
  return outputAttributes(plan);
}
