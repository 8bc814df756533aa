import type { Usage } from "../models/usage.ts";
import type { ActionStep, Timing } from "./steps.ts";

/** Says what something took, for people: `[Step 1: 1.23 seconds | Input tokens: 1,383 | Output tokens: 77]`; US dollars too, where they are known. */
export function timeAndTokens(
  title: string,
  { timing, usage }: { readonly timing: Timing; readonly usage?: Usage },
): string {
  const parts = [`${(timing.durationMs / 1000).toFixed(2)} seconds`];
  if (usage) parts.push(`Input tokens: ${count(usage.inputTokens)}`, `Output tokens: ${count(usage.outputTokens)}`);
  if (usage?.costUsd !== undefined) parts.push(`Cost: $${usage.costUsd.toFixed(4)}`);
  return `[${title}: ${parts.join(" | ")}]`;
}

/** Names an action step for people. The forced answer at a limit, also one that did not fit its schema, is no step of the loop. */
export function stepTitle({ stepNumber, isFinalAnswer, error, toolCalls, code }: ActionStep): string {
  const isUnfit = error?.type === "FinalAnswerCheckError" && toolCalls.length === 0 && code === undefined;
  const isForced = isUnfit || (isFinalAnswer && error?.type === "LimitError");
  return isForced ? "Answer at the limit" : `Step ${stepNumber}`;
}

function count(tokens: number): string {
  return tokens.toLocaleString("en");
}
