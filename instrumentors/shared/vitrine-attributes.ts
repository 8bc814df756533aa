import { TOOL_ID, TOOL_NAME } from "@arizeai/openinference-semantic-conventions";

/** Names of what the OpenInference conventions have no name for. */
export const VITRINE = {
  additionalArgs: "vitrine.additional_args",
  limits: "vitrine.limits",
  managedAgents: "vitrine.managed_agents",
  maxSteps: "vitrine.max_steps",
  remaining: "vitrine.remaining",
  stepNumber: "vitrine.step_number",
  stopReason: "vitrine.stop_reason",
  toolNames: "vitrine.tools_names",
  usageAudioInput: "vitrine.usage.audio_input_tokens",
  usageAudioOutput: "vitrine.usage.audio_output_tokens",
  usageCached: "vitrine.usage.cached_tokens",
  usageCost: "vitrine.usage.cost_usd",
  usageInput: "vitrine.usage.input_tokens",
  usageOutput: "vitrine.usage.output_tokens",
  usageReasoning: "vitrine.usage.reasoning_tokens",
  usageTotal: "vitrine.usage.total_tokens",
} as const;

/**
 * Names events.
 *
 * Source: OpenInference's Python instrumentors, for the first token (openai) and for a failure that went back to the model (smolagents, whose
 * documented intent it is).
 */
export const EVENTS = {
  stepRecovery: "agent.step_recovery",
  firstToken: "First Token Stream Event",
  retry: "llm.retry",
  finalAnswerCheck: "agent.final_answer_check",
  callRefused: "tool.call_refused",
  limit: "agent.limit",
} as const;

/** Names what kept a call from being made, "approval" or "maxCalls", on the event that tells of it. */
export const REFUSED_BY = "refused_by";

/** Source: OpenTelemetry's conventions for HTTP. */
export const HTTP_STATUS = "http.response.status_code";

/** What an event tells that no mask needs to hide: types, names and kinds. */
export const PLAIN_EVENT_ATTRIBUTES: ReadonlySet<string> = new Set([
  "exception.type",
  "type",
  "severity",
  REFUSED_BY,
  TOOL_NAME,
  TOOL_ID,
]);
