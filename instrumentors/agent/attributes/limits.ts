import type { Attributes } from "@opentelemetry/api";
import type { AgentRun } from "../../../src/agents/agent-run.ts";
import { VITRINE } from "../../shared/vitrine-attributes.ts";
import { roundedCost } from "../../shared/counts.ts";

/** Tells what a run may use up, and how much of it is left before its next step. Only what is limited; steps always are. */
export function limitAttributes(run: AgentRun): Attributes {
  const { toolCalls, totalTokens, costUsd, durationMs, repeatedCalls } = run.settings.limits ?? {};
  const left: Record<string, number | undefined> = {
    steps: run.maxSteps - run.stepNumber + 1,
    tool_calls: less(toolCalls, run.limits.toolCalls),
  };
  if (totalTokens !== undefined || costUsd !== undefined) {
    const { usage } = run;
    left["total_tokens"] = less(totalTokens, usage.totalTokens);
    left["cost_usd"] = roundedCost(less(costUsd, usage.costUsd ?? 0));
  }
  if (durationMs !== undefined) left["duration_ms"] = less(durationMs, Math.round(run.endTiming().durationMs));
  const limits = {
    steps: run.maxSteps,
    tool_calls: toolCalls,
    total_tokens: totalTokens,
    cost_usd: costUsd,
    duration_ms: durationMs,
    repeated_calls: repeatedCalls,
  };
  return { ...named(VITRINE.limits, limits), ...named(VITRINE.remaining, left) };
}

function less(limit: number | undefined, used: number): number | undefined {
  return limit === undefined ? undefined : Math.max(0, limit - used);
}

/** What is endless is no limit. */
function named(prefix: string, values: Readonly<Record<string, number | undefined>>): Attributes {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && Number.isFinite(value));
  return Object.fromEntries(entries.map(([name, value]) => [`${prefix}.${name}`, value]));
}
