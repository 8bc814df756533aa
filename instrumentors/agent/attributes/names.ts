/** Names of what the spans of agents tell, and no convention has a name for. The other names of ours stand in `shared/vitrine-attributes.ts`. */
export const RUN = {
  limits: "vitrine.limits",
  remaining: "vitrine.remaining",
  usageCached: "vitrine.usage.cached_tokens",
  usageReasoning: "vitrine.usage.reasoning_tokens",
  usageCost: "vitrine.usage.cost_usd",
} as const;

/** Names events. The first token's name is that of OpenInference's own instrumentors in Python. */
export const EVENTS = {
  firstToken: "First Token Stream Event",
  retry: "llm.retry",
  finalAnswerCheck: "agent.final_answer_check",
  callRefused: "tool.call_refused",
  limit: "agent.limit",
} as const;
