import {
  AGENT_NAME,
  INPUT_IMAGES,
  INPUT_VALUE,
  LLM_FINISH_REASON,
  LLM_INPUT_MESSAGES,
  LLM_INVOCATION_PARAMETERS,
  LLM_OUTPUT_MESSAGES,
  LLM_PROVIDER,
  LLM_REQUEST_MODEL_NAME,
  LLM_RESPONSE_MODEL_NAME,
  LLM_SYSTEM,
  LLM_TOKEN_COUNT_COMPLETION,
  LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING,
  LLM_TOKEN_COUNT_PROMPT,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE,
  LLM_TOOLS,
  METADATA,
  OUTPUT_IMAGES,
  OUTPUT_VALUE,
  SESSION_ID,
  TOOL_DESCRIPTION,
  TOOL_ID,
  TOOL_JSON_SCHEMA,
  TOOL_NAME,
} from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { VITRINE } from "./vitrine-attributes.ts";
import { parseJson, textMessage, toGenAiMessages } from "./gen-ai-messages.ts";

/** Says by which conventions spans are described: OpenInference, OpenTelemetry's GenAI, or both at once. */
export type Semconv = "openinference" | "gen_ai" | "both";

/** What a span is the span of, in the words of the GenAI conventions; undefined for a step, which they do not know. */
export type GenAiOperation = "chat" | "invoke_agent" | "execute_tool" | "plan" | undefined;

/** OpenTelemetry's own rule for names that are not stable yet: copied, not imported. Source: semantic-conventions-genai, 2026. */
const GEN_AI = {
  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  inputMessages: "gen_ai.input.messages",
  outputMessages: "gen_ai.output.messages",
  finishReasons: "gen_ai.response.finish_reasons",
  toolDefinitions: "gen_ai.tool.definitions",
  toolType: "gen_ai.tool.type",
} as const;

/** Values that are the same under both names. */
const SAME_ON_ALL = [
  [AGENT_NAME, "gen_ai.agent.name"],
  [SESSION_ID, "gen_ai.conversation.id"],
] as const;
const SAME = {
  chat: [
    [LLM_REQUEST_MODEL_NAME, "gen_ai.request.model"],
    [LLM_RESPONSE_MODEL_NAME, "gen_ai.response.model"],
    [LLM_TOKEN_COUNT_PROMPT, "gen_ai.usage.input_tokens"],
    [LLM_TOKEN_COUNT_COMPLETION, "gen_ai.usage.output_tokens"],
    [LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ, "gen_ai.usage.cache_read.input_tokens"],
    [LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE, "gen_ai.usage.cache_creation.input_tokens"],
    [LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING, "gen_ai.usage.reasoning.output_tokens"],
  ],
  invoke_agent: [],
  plan: [],
  execute_tool: [
    [TOOL_NAME, "gen_ai.tool.name"],
    [TOOL_DESCRIPTION, "gen_ai.tool.description"],
    [TOOL_ID, "gen_ai.tool.call.id"],
    [INPUT_VALUE, "gen_ai.tool.call.arguments"],
    [OUTPUT_VALUE, "gen_ai.tool.call.result"],
  ],
} as const;

const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ["aws", "aws.bedrock"],
  ["amazon", "aws.bedrock"],
  ["azure", "azure.ai.openai"],
  ["google", "gcp.gemini"],
  ["vertexai", "gcp.vertex_ai"],
  ["mistralai", "mistral_ai"],
  ["xai", "x_ai"],
  ["moonshot", "moonshot_ai"],
]);

const PARAMETERS = [
  ["temperature", "gen_ai.request.temperature"],
  ["top_p", "gen_ai.request.top_p"],
  ["top_k", "gen_ai.request.top_k"],
  ["max_tokens", "gen_ai.request.max_tokens"],
  ["max_completion_tokens", "gen_ai.request.max_tokens"],
  ["max_output_tokens", "gen_ai.request.max_tokens"],
  ["frequency_penalty", "gen_ai.request.frequency_penalty"],
  ["presence_penalty", "gen_ai.request.presence_penalty"],
  ["seed", "gen_ai.request.seed"],
  ["n", "gen_ai.request.choice.count"],
] as const;

/** Names the provider as the GenAI conventions do. `provider`: `llm.provider`; where nobody knows it, `llm.system`. */
export function genAiProvider(provider: string): string {
  return PROVIDERS.get(provider) ?? provider;
}

/**
 * Says what attributes of OpenInference say, by the conventions asked for.
 *
 * Of OpenInference alone, the span's kind is kept with `"gen_ai"` too: it is no attribute of these. What is Vitrine's own, and `metadata`, stays as well.
 */
export function inConvention(
  attributes: Attributes,
  { semconv, operation }: { readonly semconv: Semconv; readonly operation: GenAiOperation },
): Attributes {
  if (semconv === "openinference") return attributes;
  const twins = toGenAi(attributes, operation);
  // Twins are few, and messages one of them: before what may be lost where there is no room.
  if (semconv === "both") return { ...twins, ...attributes };
  const own = Object.entries(attributes).filter(
    ([key]) => /^(vitrine|gen_ai|error|http)\./.test(key) || key === METADATA,
  );
  return { ...Object.fromEntries(own), ...twins };
}

/** Gives the twins of attributes of OpenInference in OpenTelemetry's GenAI conventions; for attributes that have none, nothing. */
export function toGenAi(attributes: Attributes, operation: GenAiOperation): Attributes {
  const twins: Attributes = {};
  for (const [name, twin] of [...SAME_ON_ALL, ...(operation ? SAME[operation] : [])]) {
    if (attributes[name] !== undefined && attributes[twin] === undefined) twins[twin] = attributes[name];
  }
  if (operation === "chat") Object.assign(twins, chatTwins(attributes));
  if (operation === "invoke_agent" || operation === "plan") Object.assign(twins, agentTwins(attributes));
  return twins;
}

/** Says what work a span is of. For the first attributes of a span. */
export function operationAttributes(operation: GenAiOperation): Attributes {
  return {
    ...(operation ? { [GEN_AI.operation]: operation } : {}),
    ...(operation === "execute_tool" ? { [GEN_AI.toolType]: "function" } : {}),
  };
}

/** Names who serves the model that an agent or a call asks. */
export function providerAttributes(provider: string): Attributes {
  return { [GEN_AI.provider]: genAiProvider(provider) };
}

function chatTwins(attributes: Attributes): Attributes {
  const provider = attributes[LLM_PROVIDER] ?? attributes[LLM_SYSTEM];
  const reason = attributes[LLM_FINISH_REASON];
  const input = toGenAiMessages(attributes, LLM_INPUT_MESSAGES);
  const output = toGenAiMessages(attributes, LLM_OUTPUT_MESSAGES).map((message) =>
    typeof reason === "string" ? { ...message, finish_reason: reason } : message,
  );
  const tools = Object.entries(attributes).filter(
    ([key]) => key.startsWith(`${LLM_TOOLS}.`) && key.endsWith(TOOL_JSON_SCHEMA),
  );
  return {
    ...(typeof provider === "string" ? providerAttributes(provider) : {}),
    ...(typeof reason === "string" ? { [GEN_AI.finishReasons]: [reason] } : {}),
    ...parameterTwins(attributes),
    ...(output.length > 0 ? { [GEN_AI.outputMessages]: JSON.stringify(output) } : {}),
    ...(tools.length > 0
      ? { [GEN_AI.toolDefinitions]: JSON.stringify(tools.map(([, json]) => definitionOf(json))) }
      : {}),
    ...(input.length > 0 ? { [GEN_AI.inputMessages]: JSON.stringify(input) } : {}),
  };
}

function parameterTwins(attributes: Attributes): Attributes {
  const given = parseJson(attributes[LLM_INVOCATION_PARAMETERS]);
  if (typeof given !== "object" || given === null) return {};
  const parameters = new Map<string, unknown>(Object.entries(given));
  const twins: Attributes = {};
  for (const [name, twin] of PARAMETERS) {
    const value = parameters.get(name);
    if (typeof value === "number") twins[twin] = value;
  }
  const stop = [parameters.get("stop") ?? []].flat();
  if (stop.length > 0) twins["gen_ai.request.stop_sequences"] = stop.map(String);
  const format = parameters.get("response_format") ?? fieldOf(parameters.get("text"), "format");
  if (format !== undefined) twins["gen_ai.output.type"] = fieldOf(format, "type") === "text" ? "text" : "json";
  return twins;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** What is said to an agent, and what it answers, are texts or data. */
function agentTwins(attributes: Attributes): Attributes {
  const [input, output, stop] = [INPUT_VALUE, OUTPUT_VALUE, VITRINE.stopReason].map((name) => attributes[name]);
  const asked = textMessage(attributes, { role: "user", text: String(input), images: INPUT_IMAGES });
  const said = textMessage(attributes, { role: "assistant", text: String(output), images: OUTPUT_IMAGES });
  const reason = stop === undefined ? {} : { finish_reason: stop === "final-answer" ? "stop" : String(stop) };
  return {
    ...(input === undefined ? {} : { [GEN_AI.inputMessages]: JSON.stringify([asked]) }),
    ...(output === undefined ? {} : { [GEN_AI.outputMessages]: JSON.stringify([{ ...said, ...reason }]) }),
  };
}

/** The function stands beside its type there, and not below it. */
function definitionOf(json: unknown): unknown {
  const tool = parseJson(json);
  if (typeof tool !== "object" || tool === null || !("function" in tool)) return tool;
  return { type: "function", ...(typeof tool.function === "object" ? tool.function : {}) };
}
