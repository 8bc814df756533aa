import type { ActionStep } from "../memory/steps.ts";

/** An action step while it is being made. */
export type ActionDraft = { -readonly [Key in keyof Omit<ActionStep, "timing">]: ActionStep[Key] };

/** Starts the draft of a step in which nothing has happened yet. */
export function draftStep(stepNumber: number): ActionDraft {
  return {
    type: "action",
    stepNumber,
    modelInput: [],
    modelOutput: "",
    toolCalls: [],
    observations: [],
    isFinalAnswer: false,
  };
}
