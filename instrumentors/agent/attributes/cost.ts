import { LLM_COST_COMPLETION, LLM_COST_PROMPT, LLM_COST_TOTAL } from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { NO_USAGE, type Price, type Usage, withCost } from "../../../src/models/usage.ts";

/** Tells what a call cost, in US dollars; its parts too, unless it was the endpoint that counted, which does not tell them. */
export function costAttributes(usage: Usage, price: Price | undefined): Attributes {
  const { costUsd, inputTokens, outputTokens, cachedTokens } = usage;
  if (costUsd === undefined) return {};
  const ofInput = { ...NO_USAGE, inputTokens, ...(cachedTokens === undefined ? {} : { cachedTokens }) };
  const prompt = price && withCost(ofInput, price).costUsd;
  const completion = price && withCost({ ...NO_USAGE, outputTokens }, price).costUsd;
  if (prompt === undefined || completion === undefined || !isAbout(prompt + completion, costUsd))
    return { [LLM_COST_TOTAL]: costUsd };
  return { [LLM_COST_TOTAL]: costUsd, [LLM_COST_PROMPT]: prompt, [LLM_COST_COMPLETION]: completion };
}

function isAbout(left: number, right: number): boolean {
  return Math.abs(left - right) <= 1e-9 * Math.max(1, right);
}
