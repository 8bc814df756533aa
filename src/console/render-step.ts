import { truncateMiddle } from "../describe.ts";
import type { ActionStep, Observation, StepError } from "../memory/steps.ts";
import { stepTitle, timeAndTokens } from "../memory/time-and-tokens.ts";
import { fit, type Layout } from "./layout.ts";

/** Says how much is told of a step. */
export interface StepRendering extends Layout {
  readonly verbosity: "info" | "debug";
  /** Before "Step 1": whose step it is. */
  readonly owner: string;
}

const MAX_OBSERVATION_LENGTH = 2_000;

/** Writes what came of a step: for debugging what the model said; what was observed, failures that nothing told yet, time and tokens. */
export function renderStep(step: ActionStep, rendering: StepRendering): string {
  const { style, verbosity, owner } = rendering;
  const { modelOutput, reasoning = "", images = [], error } = step;
  const isSaid = verbosity === "debug" || error?.type === "ParsingError";
  return [
    verbosity === "debug" && reasoning !== "" ? style("dim", fit(`Reasoning: ${reasoning}`, rendering)) : "",
    isSaid && modelOutput !== "" ? style("dim", fit(`Model: ${modelOutput}`, rendering)) : "",
    ...observed(step).map((text) => fit(truncateMiddle(text, MAX_OBSERVATION_LENGTH), rendering)),
    images.length > 0 ? `Images: ${images.map(({ name }) => name).join(", ")}` : "",
    error && !isTold(step) ? style("red", fit(`✗ ${error.message}`, rendering)) : "",
    style("dim", timeAndTokens(owner + stepTitle(step), step)),
  ]
    .filter((text) => text !== "")
    .join("\n");
}

/** Whether the event that ends the run, or that tells of the limit, says the same. */
export function isToldAtTheEnd({ type }: StepError): boolean {
  return ["LimitError", "ModelError", "AbortError", "ConfigurationError"].includes(type);
}

/** A failed call is told of at its end; one that was never made, for what was wrong with the answer as a whole, has none. */
function isTold({ error, observations }: ActionStep): boolean {
  if (error?.type === "ParsingError") return false;
  const isOfCall = observations.some((observation) => observation.toolCallId && observation.error);
  return isOfCall || (error !== undefined && isToldAtTheEnd(error));
}

/** The final answer follows in an event of its own; what code printed before it is shown. */
function observed({ observations, isFinalAnswer }: ActionStep): string[] {
  const texts = observations.filter(({ text }) => text !== "");
  if (!isFinalAnswer) return texts.map((observation) => labelled(observation, texts.length > 1));
  return texts.flatMap(({ toolCallId, text }) =>
    toolCallId ? [] : text.slice(0, Math.max(0, text.lastIndexOf("Last output from code snippet:"))).trimEnd(),
  );
}

/** Says which call a result is of, where there are several. */
function labelled({ toolName, text }: Observation, isOneOfMany: boolean): string {
  if (!toolName || !isOneOfMany) return text;
  return `← ${toolName}:${text.includes("\n") ? "\n" : " "}${text}`;
}
