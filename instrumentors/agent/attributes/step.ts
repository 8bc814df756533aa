import { AGENT_NAME } from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import type { AgentRun } from "../../../src/agents/agent-run.ts";
import type { ActionStep, PlanningStep } from "../../../src/memory/steps.ts";
import { toMessages } from "../../../src/memory/to-messages.ts";
import { textOf } from "../../../src/models/message.ts";
import type { SpanEvent } from "../../shared/traced.ts";
import { EVENTS, VITRINE } from "../../shared/vitrine-attributes.ts";
import { answerOf } from "./agent.ts";
import { outputWithImages } from "./images.ts";
import { limitAttributes } from "./limits.ts";
import { inputAttributes, outputAttributes } from "./text.ts";

/** Describes a step before it is taken. Its input is the newest thing that the agent knows: the task, or what was observed last. */
export function stepStartAttributes(run: AgentRun): Attributes {
  const { agent, memory, stepNumber } = run;
  const newest = toMessages(memory.steps.slice(-1)).at(-1);
  return {
    [AGENT_NAME]: agent.name,
    ...inputAttributes(newest ? textOf(newest.content) : undefined),
    [VITRINE.stepNumber]: stepNumber,
    ...limitAttributes(run),
  };
}

/** Describes a step that was taken, by what was observed, or by the final answer. */
export function stepResultAttributes(step: ActionStep): Attributes {
  const shown = step.images?.map(({ url }) => url);
  if (step.isFinalAnswer) return outputWithImages(answerOf(step.output), shown);
  const observed = step.observations.map(({ text, error }) =>
    [text, error ? `Error: ${error.message}` : ""].filter(Boolean).join("\n"),
  );
  const said = observed.length > 0 ? observed.join("\n") : step.error?.message;
  return outputWithImages(said, shown);
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
