import { TOOL_ID, TOOL_NAME } from "@arizeai/openinference-semantic-conventions";

/** Names of what the OpenInference conventions have no name for. */
export const VITRINE = {
  additionalArgs: "vitrine.additional_args",
  managedAgents: "vitrine.managed_agents",
  maxSteps: "vitrine.max_steps",
  stepNumber: "vitrine.step_number",
  stopReason: "vitrine.stop_reason",
  toolNames: "vitrine.tools_names",
  usageInput: "vitrine.usage.input_tokens",
  usageOutput: "vitrine.usage.output_tokens",
  usageTotal: "vitrine.usage.total_tokens",
} as const;

/** Names the event of a failure that went back to the model. Source: the Python smolagents instrumentor, whose documented intent it is. */
export const STEP_RECOVERY_EVENT = "agent.step_recovery";

/** What an event tells that no mask needs to hide: types, names and kinds. */
export const PLAIN_EVENT_ATTRIBUTES: ReadonlySet<string> = new Set([
  "exception.type",
  "type",
  "severity",
  TOOL_NAME,
  TOOL_ID,
]);
