import {
  AUDIO_MIME_TYPE,
  AUDIO_TRANSCRIPT,
  AUDIO_URL,
  IMAGE_URL,
  MESSAGE_CONTENT,
  MESSAGE_CONTENT_AUDIO,
  MESSAGE_CONTENT_ENCRYPTED_CONTENT,
  MESSAGE_CONTENT_ID,
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
import { itemKeys } from "../shared/item-keys.ts";
import type { MessageEntry } from "../shared/message-text.ts";

/** Is a message as it went over the wire, whichever API it belongs to: with roles and parts that the runtime's own messages have not. */
export interface WireMessage {
  readonly role: string;
  readonly parts: readonly WirePart[];
  readonly toolCalls?: readonly WireCall[];
  /** Of a tool message. */
  readonly toolCallId?: string | undefined;
  readonly name?: string | undefined;
  /** The object that it was read from: of several, the first. */
  readonly source?: object | undefined;
}

export type WirePart =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "reasoning";
      readonly text: string;
      readonly id?: string | undefined;
      readonly encryptedContent?: string | undefined;
    }
  | { readonly type: "image"; readonly url: string }
  | { readonly type: "audio"; readonly url?: string; readonly mimeType?: string; readonly transcript?: string };

/** A call that the model asks for; `arguments` is its text. */
export interface WireCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** Gives the texts of a message, those that are said: reasoning, images and sound left out. */
export function saidIn({ parts }: WireMessage): string {
  return parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

/** Flattens messages under a prefix. */
export function wireMessageAttributes(prefix: string, messages: readonly WireMessage[]): Attributes {
  const attributes: Attributes = {};
  for (const [index, message] of messages.entries()) {
    const keyOf = itemKeys(prefix, index);
    for (const [name, text] of wireMessageEntries(message)) attributes[keyOf(name)] = text;
  }
  return attributes;
}

/** Flattens one message; its role comes first. One text alone is `message.content`; all else is `message.contents`, never both. */
export function wireMessageEntries({ role, parts, toolCalls = [], toolCallId, name }: WireMessage): MessageEntry[] {
  const entries: MessageEntry[] = [[MESSAGE_ROLE, role]];
  if (toolCallId) entries.push([MESSAGE_TOOL_CALL_ID, toolCallId]);
  if (name) entries.push([MESSAGE_NAME, name]);
  const [first] = parts;
  if (parts.length === 1 && first?.type === "text") entries.push([MESSAGE_CONTENT, first.text]);
  else
    for (const [index, part] of parts.entries())
      entries.push(...under(`${MESSAGE_CONTENTS}.${index}`, partEntries(part)));
  for (const [index, call] of toolCalls.entries())
    entries.push(...under(`${MESSAGE_TOOL_CALLS}.${index}`, callEntries(call)));
  return entries;
}

function partEntries(part: WirePart): MessageEntry[] {
  const type: MessageEntry = [MESSAGE_CONTENT_TYPE, part.type];
  switch (part.type) {
    case "text":
      return [type, [MESSAGE_CONTENT_TEXT, part.text]];
    case "reasoning":
      return [
        type,
        ...filled(MESSAGE_CONTENT_TEXT, part.text),
        ...filled(MESSAGE_CONTENT_ID, part.id),
        ...filled(MESSAGE_CONTENT_ENCRYPTED_CONTENT, part.encryptedContent),
      ];
    case "image":
      return [type, [`${MESSAGE_CONTENT_IMAGE}.${IMAGE_URL}`, part.url]];
    case "audio":
      return [
        type,
        ...under(MESSAGE_CONTENT_AUDIO, [
          ...filled(AUDIO_URL, part.url),
          ...filled(AUDIO_MIME_TYPE, part.mimeType),
          ...filled(AUDIO_TRANSCRIPT, part.transcript),
        ]),
      ];
  }
}

function callEntries(call: WireCall): MessageEntry[] {
  return [
    ...filled(TOOL_CALL_ID, call.id),
    [TOOL_CALL_FUNCTION_NAME, call.name],
    [TOOL_CALL_FUNCTION_ARGUMENTS_JSON, call.arguments],
  ];
}

function filled(name: string, text: string | undefined): MessageEntry[] {
  return text ? [[name, text]] : [];
}

function under(prefix: string, entries: readonly MessageEntry[]): MessageEntry[] {
  return entries.map(([name, text]) => [`${prefix}.${name}`, text]);
}
