import {
  LLM_COST_COMPLETION,
  LLM_COST_COMPLETION_DETAILS_REASONING,
  LLM_COST_INPUT,
  LLM_COST_OUTPUT,
  LLM_COST_PROMPT,
  LLM_COST_PROMPT_DETAILS_CACHE_READ,
  LLM_COST_TOTAL,
} from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { NO_USAGE, type Price, type Usage, withCost } from "../../../src/models/usage.ts";
import { knownCounts, roundedCost } from "../../shared/counts.ts";

/**
 * Tells what a call cost, in US dollars; its parts too, unless it was the endpoint that counted, which does not tell them.
 *
 * What cached input and reasoning cost is told, as is what the rest did, where the endpoint tells how many tokens they were.
 */
export function costAttributes(usage: Usage, price: Price | undefined): Attributes {
  const { costUsd, inputTokens, outputTokens, cachedTokens, reasoningTokens } = usage;
  if (costUsd === undefined) return {};
  const total = rounded([[LLM_COST_TOTAL, costUsd]]);
  if (!price) return total;
  const cost = (part: Partial<Usage>): number => withCost({ ...NO_USAGE, ...part }, price).costUsd ?? 0;
  const prompt = cost({ inputTokens, cachedTokens: cachedTokens ?? 0 });
  const completion = cost({ outputTokens });
  if (!isAbout(prompt + completion, costUsd)) return total;
  const cached = cachedTokens && cost({ inputTokens: cachedTokens, cachedTokens });
  const reasoning = reasoningTokens && cost({ outputTokens: reasoningTokens });
  return {
    ...total,
    ...rounded([
      [LLM_COST_PROMPT, prompt],
      [LLM_COST_COMPLETION, completion],
      [LLM_COST_PROMPT_DETAILS_CACHE_READ, cached],
      [LLM_COST_INPUT, cached === undefined ? cached : prompt - cached],
      [LLM_COST_COMPLETION_DETAILS_REASONING, reasoning],
      [LLM_COST_OUTPUT, reasoning === undefined ? reasoning : completion - reasoning],
    ]),
  };
}

function rounded(costs: Parameters<typeof knownCounts>[0]): Attributes {
  return knownCounts(costs.map(([name, cost]) => [name, roundedCost(cost)]));
}

function isAbout(left: number, right: number): boolean {
  return Math.abs(left - right) <= 1e-9 * Math.max(1, right);
}
