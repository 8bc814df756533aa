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
import type { MessageEntry } from "../../shared/message-text.ts";

type Part = ContentPart | { readonly type: "reasoning"; readonly text: string };

/**
 * Flattens messages under a prefix, roles as sent: `llm.output_messages.0.message.role`, …
 *
 * A text alone is `message.content`; images and reasoning make it `message.contents`, never both.
 */
export function messageAttributes(prefix: string, messages: readonly Message[]): Attributes {
  const attributes: Attributes = {};
  for (const [index, message] of messages.entries()) {
    for (const [name, text] of messageEntries(message)) attributes[`${prefix}.${index}.${name}`] = text;
  }
  return attributes;
}

/** Flattens one message; its role comes first. */
export function messageEntries(message: Message): MessageEntry[] {
  const entries: MessageEntry[] = [[MESSAGE_ROLE, message.role], ...contentEntries(message)];
  if (message.role === "assistant") entries.push(...toolCallEntries(message));
  if (message.role === "tool")
    entries.push([MESSAGE_TOOL_CALL_ID, message.toolCallId], [MESSAGE_NAME, message.toolName]);
  return entries;
}

function contentEntries(message: Message): MessageEntry[] {
  const parts = partsOf(message);
  if (typeof parts === "string") return parts === "" ? [] : [[MESSAGE_CONTENT, parts]];
  return parts.flatMap((part, index): MessageEntry[] => {
    const key = `${MESSAGE_CONTENTS}.${index}.`;
    return [
      [key + MESSAGE_CONTENT_TYPE, part.type],
      part.type === "image"
        ? [`${key}${MESSAGE_CONTENT_IMAGE}.${IMAGE_URL}`, part.url]
        : [key + MESSAGE_CONTENT_TEXT, part.text],
    ];
  });
}

function partsOf(message: Message): string | readonly Part[] {
  const { content }: { content: Content } = message;
  if (message.role !== "assistant" || !message.reasoning) return content;
  const said: Part[] = message.content === "" ? [] : [{ type: "text", text: message.content }];
  return [{ type: "reasoning", text: message.reasoning }, ...said];
}

function toolCallEntries({ toolCalls }: AssistantMessage): MessageEntry[] {
  return toolCalls.flatMap((call, index): MessageEntry[] => {
    const key = `${MESSAGE_TOOL_CALLS}.${index}.`;
    return [
      ...(call.id === "" ? [] : [[key + TOOL_CALL_ID, call.id] as const]),
      [key + TOOL_CALL_FUNCTION_NAME, call.name],
      [key + TOOL_CALL_FUNCTION_ARGUMENTS_JSON, describe(call.arguments)],
    ];
  });
}
