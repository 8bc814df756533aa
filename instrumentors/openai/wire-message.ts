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
import { type MessageEntry, messagesUnder } from "../shared/message-text.ts";

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
  const [first] = parts;
  if (parts.length === 1 && first?.type === "text") return first.text;
  return parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

/** Flattens messages under a prefix. */
export function wireMessageAttributes(prefix: string, messages: readonly WireMessage[]): Attributes {
  return messagesUnder(prefix, messages.map(wireMessageEntries));
}

/** Flattens one message; its role comes first. One text alone is `message.content`; all else is `message.contents`, never both. */
export function wireMessageEntries({ role, parts, toolCalls = [], toolCallId, name }: WireMessage): MessageEntry[] {
  const entries: MessageEntry[] = [[MESSAGE_ROLE, role]];
  addFilled(entries, MESSAGE_TOOL_CALL_ID, toolCallId);
  addFilled(entries, MESSAGE_NAME, name);
  const [first] = parts;
  if (parts.length === 1 && first?.type === "text") entries.push([MESSAGE_CONTENT, first.text]);
  else for (const [index, part] of parts.entries()) addPart(entries, itemKeys(MESSAGE_CONTENTS, index), part);
  for (const [index, call] of toolCalls.entries()) addCall(entries, itemKeys(MESSAGE_TOOL_CALLS, index), call);
  return entries;
}

type KeyOf = ReturnType<typeof itemKeys>;

function addPart(entries: MessageEntry[], keyOf: KeyOf, part: WirePart): void {
  entries.push([keyOf(MESSAGE_CONTENT_TYPE), part.type]);
  switch (part.type) {
    case "text":
      entries.push([keyOf(MESSAGE_CONTENT_TEXT), part.text]);
      break;
    case "reasoning":
      addFilled(entries, keyOf(MESSAGE_CONTENT_TEXT), part.text);
      addFilled(entries, keyOf(MESSAGE_CONTENT_ID), part.id);
      addFilled(entries, keyOf(MESSAGE_CONTENT_ENCRYPTED_CONTENT), part.encryptedContent);
      break;
    case "image":
      entries.push([keyOf(`${MESSAGE_CONTENT_IMAGE}.${IMAGE_URL}`), part.url]);
      break;
    case "audio":
      addFilled(entries, keyOf(`${MESSAGE_CONTENT_AUDIO}.${AUDIO_URL}`), part.url);
      addFilled(entries, keyOf(`${MESSAGE_CONTENT_AUDIO}.${AUDIO_MIME_TYPE}`), part.mimeType);
      addFilled(entries, keyOf(`${MESSAGE_CONTENT_AUDIO}.${AUDIO_TRANSCRIPT}`), part.transcript);
      break;
  }
}

function addCall(entries: MessageEntry[], keyOf: KeyOf, call: WireCall): void {
  addFilled(entries, keyOf(TOOL_CALL_ID), call.id);
  entries.push([keyOf(TOOL_CALL_FUNCTION_NAME), call.name]);
  entries.push([keyOf(TOOL_CALL_FUNCTION_ARGUMENTS_JSON), call.arguments]);
}

function addFilled(entries: MessageEntry[], name: string, text: string | undefined): void {
  if (text) entries.push([name, text]);
}
