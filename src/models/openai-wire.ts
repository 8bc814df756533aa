import { type ChatCompletion, type ChatToolCall, type ChatUsage, reasoningOf, textOf } from "./chat-completion.ts";
import type { AssistantMessage, Content, ContentPart, Message, ToolCall, ToolSpec } from "./message.ts";
import type { GenerateRequest, ModelOutput, ModelParameters } from "./model.ts";
import { acceptsStop, cutAtStop } from "./stop-sequences.ts";
import { isStrictSchema } from "./strict-schema.ts";
import type { Usage } from "./usage.ts";

type WireObject = { readonly [key: string]: unknown };

/** Names for roles that are not Chat Completions' own. Only the names change. */
export type RoleNames = Readonly<Partial<Record<Message["role"], string>>>;

interface WriteOptions {
  readonly modelId: string;
  readonly parameters: ModelParameters;
  readonly roles?: RoleNames | undefined;
  /** Whether `stop` may be sent: told by the model's id if not given. */
  readonly takesStop?: boolean | undefined;
}

/**
 * Turns a request into the body for Chat Completions.
 *
 * Parameters are passed on as they are, the request's win over the model's. `stop` is left out for models that refuse it: `fromChatCompletion` cuts.
 * Source: https://platform.openai.com/docs/api-reference/chat/create
 */
export function toChatRequest(
  request: GenerateRequest,
  { modelId, parameters, roles = {}, takesStop = acceptsStop(modelId) }: WriteOptions,
): WireObject {
  const { tools = [], toolChoice, stopSequences = [], responseFormat } = request;
  return {
    ...parameters,
    ...request.parameters,
    model: modelId,
    messages: request.messages.map((message) => ({
      role: roles[message.role] ?? message.role,
      ...toWireMessage(message),
    })),
    ...(tools.length > 0 ? { tools: tools.map(toWireTool) } : {}),
    ...(tools.length > 0 && toolChoice ? { tool_choice: toolChoice } : {}),
    ...(responseFormat
      ? {
          response_format: {
            type: "json_schema",
            json_schema: { ...responseFormat, strict: isStrictSchema(responseFormat.schema) },
          },
        }
      : {}),
    ...(stopSequences.length > 0 && takesStop ? { stop: stopSequences } : {}),
  };
}

interface ReadOptions {
  readonly stopSequences?: readonly string[] | undefined;
  /** Makes an id for a call that came without one. */
  readonly newCallId: () => string;
}

/**
 * Turns the answer of Chat Completions into a ModelOutput.
 *
 * Shape: the first choice; a refusal is the content; the text is cut at the first stop sequence; ids are kept as they are, also equal ones.
 * Arguments are the parsed JSON, `{}` where there are none, the text itself where it is no JSON.
 * Errors: Error if there are no choices; an empty list of them is an empty answer.
 */
export function fromChatCompletion({ model, choices, usage }: ChatCompletion, options: ReadOptions): ModelOutput {
  if (!choices) throw new Error("the answer holds no choices");
  const message = choices[0]?.message ?? {};
  const finishReason = choices[0]?.finish_reason;
  const reasoning = reasoningOf(message);
  return {
    message: {
      role: "assistant",
      content: cutAtStop(textOf(message), options.stopSequences ?? []),
      toolCalls: (message.tool_calls ?? []).map((call) => fromWireCall(call, options)),
      ...(reasoning ? { reasoning } : {}),
    },
    ...(usage ? { usage: fromWireUsage(usage) } : {}),
    ...(finishReason ? { finishReason } : {}),
    ...(model ? { modelId: model } : {}),
  };
}

/** Gives all but the role. */
function toWireMessage(message: Message): WireObject {
  if (message.role === "assistant") return toWireAnswer(message);
  const { role, content } = message;
  return { content: toWireContent(content), ...(role === "tool" ? { tool_call_id: message.toolCallId } : {}) };
}

function toWireAnswer({ content, toolCalls }: AssistantMessage): WireObject {
  if (toolCalls.length === 0) return { content };
  // Some endpoints refuse an empty text; null is what OpenAI itself answers with.
  return { content: content === "" ? null : content, tool_calls: toolCalls.map(toWireCall) };
}

function toWireContent(content: Content): string | WireObject[] {
  return typeof content === "string" ? content : content.map(toWirePart);
}

function toWirePart(part: ContentPart): WireObject {
  return part.type === "text" ? part : { type: "image_url", image_url: { url: part.url } };
}

function toWireTool({ name, description, inputSchema }: ToolSpec): WireObject {
  return { type: "function", function: { name, description, parameters: inputSchema } };
}

function toWireCall({ id, name, arguments: input }: ToolCall): WireObject {
  return { id, type: "function", function: { name, arguments: toArgumentsText(input) } };
}

/** Servers refuse a whole history for one call whose arguments are no JSON: such text goes back wrapped in an object. */
function toArgumentsText(input: unknown): string {
  if (typeof input !== "string") return JSON.stringify(input) ?? "{}";
  const value = parseJson(input);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? input : JSON.stringify({ invalid_json: input });
}

function fromWireCall(call: ChatToolCall, { newCallId }: ReadOptions): ToolCall {
  const { name, arguments: input } = call.function ?? {};
  return { id: call.id || newCallId(), name: name ?? "", arguments: readArguments(input) };
}

/** Models that mean "no arguments" write nothing, or null. */
function readArguments(given: unknown): unknown {
  if (typeof given !== "string") return given ?? {};
  const value = given.trim() === "" ? {} : parseJson(given);
  return value === undefined ? given : (value ?? {});
}

function fromWireUsage(usage: ChatUsage): Usage {
  const inputTokens = usage.prompt_tokens ?? 0;
  const outputTokens = usage.completion_tokens ?? 0;
  const cachedTokens = usage.prompt_tokens_details?.cached_tokens;
  const reasoningTokens = usage.completion_tokens_details?.reasoning_tokens;
  return {
    inputTokens,
    outputTokens,
    totalTokens: usage.total_tokens ?? inputTokens + outputTokens,
    ...(typeof cachedTokens === "number" ? { cachedTokens } : {}),
    ...(typeof reasoningTokens === "number" ? { reasoningTokens } : {}),
    // OpenRouter's, in US dollars.
    ...(typeof usage.cost === "number" ? { costUsd: usage.cost } : {}),
  };
}

/** Gives undefined for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
