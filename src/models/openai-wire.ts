import type { AssistantMessage, Content, ContentPart, Message, ToolCall, ToolSpec } from "./message.ts";
import type { GenerateRequest, ModelParameters } from "./model.ts";
import { isStrictSchema } from "./strict-schema.ts";

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
  // Of the model's own, for endpoints that refuse "required"; and none without tools, which all refuse.
  const { tool_choice = toolChoice, ...others } = { ...parameters, ...request.parameters };
  return {
    ...others,
    model: modelId,
    messages: request.messages.map((message) => ({
      role: roles[message.role] ?? message.role,
      ...toWireMessage(message),
    })),
    ...(tools.length > 0 ? { tools: tools.map(toWireTool) } : {}),
    ...(tools.length > 0 && tool_choice ? { tool_choice } : {}),
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

/**
 * Says whether the endpoint takes `stop` for this model: reasoning models of OpenAI and xAI answer it with an error.
 *
 * Source: smolagents models.py, supports_stop_parameter; xAI's documentation of its reasoning models.
 */
export function acceptsStop(modelId: string): boolean {
  return !/(?:^|[/:.])(?:o[134](?![a-z0-9])|gpt-[5-9]|grok-(?:[3-9]|code))/i.test(modelId);
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

/** Gives undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
