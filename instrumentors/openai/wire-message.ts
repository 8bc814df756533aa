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

/** Is a message as it went over the wire, whichever API it belongs to: with roles and parts that the runtime's own messages have not. */
export interface WireMessage {
  readonly role: string;
  readonly parts: readonly WirePart[];
  readonly toolCalls?: readonly WireCall[];
  /** Of a tool message. */
  readonly toolCallId?: string | undefined;
  readonly name?: string | undefined;
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

/** Flattens messages under a prefix. One text alone is `message.content`; all else is `message.contents`, never both. */
export function wireMessageAttributes(prefix: string, messages: readonly WireMessage[]): Attributes {
  const attributes: Attributes = {};
  for (const [index, { role, parts, toolCalls = [], toolCallId, name }] of messages.entries()) {
    const key = `${prefix}.${index}.`;
    attributes[key + MESSAGE_ROLE] = role;
    if (toolCallId) attributes[key + MESSAGE_TOOL_CALL_ID] = toolCallId;
    if (name) attributes[key + MESSAGE_NAME] = name;
    const [first] = parts;
    if (parts.length === 1 && first?.type === "text") attributes[key + MESSAGE_CONTENT] = first.text;
    else
      for (const [number, part] of parts.entries())
        Object.assign(attributes, partAttributes(`${key}${MESSAGE_CONTENTS}.${number}.`, part));
    for (const [number, call] of toolCalls.entries())
      Object.assign(attributes, callAttributes(`${key}${MESSAGE_TOOL_CALLS}.${number}.`, call));
  }
  return attributes;
}

function partAttributes(key: string, part: WirePart): Attributes {
  const type = { [key + MESSAGE_CONTENT_TYPE]: part.type };
  switch (part.type) {
    case "text":
      return { ...type, [key + MESSAGE_CONTENT_TEXT]: part.text };
    case "reasoning":
      return {
        ...type,
        ...(part.text ? { [key + MESSAGE_CONTENT_TEXT]: part.text } : {}),
        ...(part.id ? { [key + MESSAGE_CONTENT_ID]: part.id } : {}),
        ...(part.encryptedContent ? { [key + MESSAGE_CONTENT_ENCRYPTED_CONTENT]: part.encryptedContent } : {}),
      };
    case "image":
      return { ...type, [`${key}${MESSAGE_CONTENT_IMAGE}.${IMAGE_URL}`]: part.url };
    case "audio": {
      const audio = `${key}${MESSAGE_CONTENT_AUDIO}.`;
      return {
        ...type,
        ...(part.url ? { [audio + AUDIO_URL]: part.url } : {}),
        ...(part.mimeType ? { [audio + AUDIO_MIME_TYPE]: part.mimeType } : {}),
        ...(part.transcript ? { [audio + AUDIO_TRANSCRIPT]: part.transcript } : {}),
      };
    }
  }
}

function callAttributes(key: string, call: WireCall): Attributes {
  return {
    ...(call.id ? { [key + TOOL_CALL_ID]: call.id } : {}),
    [key + TOOL_CALL_FUNCTION_NAME]: call.name,
    [key + TOOL_CALL_FUNCTION_ARGUMENTS_JSON]: call.arguments,
  };
}
