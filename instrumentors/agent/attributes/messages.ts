import {
  IMAGE_URL,
  MESSAGE_CONTENT,
  MESSAGE_CONTENT_IMAGE,
  MESSAGE_CONTENT_TEXT,
  MESSAGE_CONTENT_TYPE,
  MESSAGE_CONTENTS,
  MESSAGE_NAME,
  MESSAGE_ROLE,
  MESSAGE_TOOL_CALL_ID,
  MESSAGE_TOOL_CALLS,
  TOOL_CALL_FUNCTION_ARGUMENTS_JSON,
  TOOL_CALL_FUNCTION_NAME,
  TOOL_CALL_ID,
} from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { describe } from "../../../src/describe.ts";
import type { AssistantMessage, Content, ContentPart, Message } from "../../../src/models/message.ts";

type Part = ContentPart | { readonly type: "reasoning"; readonly text: string };

/**
 * Flattens messages under a prefix, roles as sent: `llm.input_messages.0.message.role`, …
 *
 * A text alone is `message.content`; images and reasoning make it `message.contents`, never both.
 */
export function messageAttributes(prefix: string, messages: readonly Message[]): Attributes {
  const attributes: Attributes = {};
  for (const [index, message] of messages.entries()) {
    const key = `${prefix}.${index}.`;
    attributes[key + MESSAGE_ROLE] = message.role;
    Object.assign(attributes, contentAttributes(key, message));
    if (message.role === "assistant") Object.assign(attributes, toolCallAttributes(key, message));
    if (message.role === "tool") {
      attributes[key + MESSAGE_TOOL_CALL_ID] = message.toolCallId;
      attributes[key + MESSAGE_NAME] = message.toolName;
    }
  }
  return attributes;
}

function contentAttributes(key: string, message: Message): Attributes {
  const parts = partsOf(message);
  if (typeof parts === "string") return parts === "" ? {} : { [key + MESSAGE_CONTENT]: parts };
  const attributes: Attributes = {};
  for (const [index, part] of parts.entries()) {
    const partKey = `${key}${MESSAGE_CONTENTS}.${index}.`;
    attributes[partKey + MESSAGE_CONTENT_TYPE] = part.type;
    if (part.type === "image") attributes[`${partKey}${MESSAGE_CONTENT_IMAGE}.${IMAGE_URL}`] = part.url;
    else attributes[partKey + MESSAGE_CONTENT_TEXT] = part.text;
  }
  return attributes;
}

function partsOf(message: Message): string | readonly Part[] {
  const { content }: { content: Content } = message;
  if (message.role !== "assistant" || !message.reasoning) return content;
  const said: Part[] = message.content === "" ? [] : [{ type: "text", text: message.content }];
  return [{ type: "reasoning", text: message.reasoning }, ...said];
}

function toolCallAttributes(key: string, { toolCalls }: AssistantMessage): Attributes {
  const attributes: Attributes = {};
  for (const [index, call] of toolCalls.entries()) {
    const callKey = `${key}${MESSAGE_TOOL_CALLS}.${index}.`;
    if (call.id !== "") attributes[callKey + TOOL_CALL_ID] = call.id;
    attributes[callKey + TOOL_CALL_FUNCTION_NAME] = call.name;
    attributes[callKey + TOOL_CALL_FUNCTION_ARGUMENTS_JSON] = describe(call.arguments);
  }
  return attributes;
}
