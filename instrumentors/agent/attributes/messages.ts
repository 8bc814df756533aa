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
import { itemKeys } from "../../shared/item-keys.ts";
import { type MessageEntry, messagesUnder } from "../../shared/message-text.ts";

type Part = ContentPart | { readonly type: "reasoning"; readonly text: string };

/**
 * Flattens messages under a prefix, roles as sent: `llm.output_messages.0.message.role`, …
 *
 * A text alone is `message.content`; images and reasoning make it `message.contents`, never both.
 */
export function messageAttributes(prefix: string, messages: readonly Message[]): Attributes {
  return messagesUnder(prefix, messages.map(messageEntries));
}

/** Flattens one message; its role comes first. */
export function messageEntries(message: Message): MessageEntry[] {
  const entries: MessageEntry[] = [[MESSAGE_ROLE, message.role]];
  addContent(entries, message);
  if (message.role === "assistant") addToolCalls(entries, message);
  if (message.role === "tool")
    entries.push([MESSAGE_TOOL_CALL_ID, message.toolCallId], [MESSAGE_NAME, message.toolName]);
  return entries;
}

function addContent(entries: MessageEntry[], message: Message): void {
  const parts = partsOf(message);
  if (typeof parts === "string") {
    if (parts !== "") entries.push([MESSAGE_CONTENT, parts]);
    return;
  }
  for (const [index, part] of parts.entries()) {
    const keyOf = itemKeys(MESSAGE_CONTENTS, index);
    entries.push([keyOf(MESSAGE_CONTENT_TYPE), part.type]);
    if (part.type === "image") entries.push([keyOf(`${MESSAGE_CONTENT_IMAGE}.${IMAGE_URL}`), part.url]);
    else entries.push([keyOf(MESSAGE_CONTENT_TEXT), part.text]);
  }
}

function partsOf(message: Message): string | readonly Part[] {
  const { content }: { content: Content } = message;
  if (message.role !== "assistant" || !message.reasoning) return content;
  const said: Part[] = message.content === "" ? [] : [{ type: "text", text: message.content }];
  return [{ type: "reasoning", text: message.reasoning }, ...said];
}

function addToolCalls(entries: MessageEntry[], { toolCalls }: AssistantMessage): void {
  for (const [index, call] of toolCalls.entries()) {
    const keyOf = itemKeys(MESSAGE_TOOL_CALLS, index);
    if (call.id !== "") entries.push([keyOf(TOOL_CALL_ID), call.id]);
    entries.push([keyOf(TOOL_CALL_FUNCTION_NAME), call.name]);
    entries.push([keyOf(TOOL_CALL_FUNCTION_ARGUMENTS_JSON), describe(call.arguments)]);
  }
}
