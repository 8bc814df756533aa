import {
  AUDIO_TRANSCRIPT,
  AUDIO_URL,
  IMAGE_URL,
  MESSAGE_CONTENT,
  MESSAGE_CONTENT_AUDIO,
  MESSAGE_CONTENT_IMAGE,
  MESSAGE_CONTENT_TEXT,
  MESSAGE_CONTENT_TYPE,
  MESSAGE_CONTENTS,
  MESSAGE_ROLE,
  MESSAGE_TOOL_CALL_ID,
  MESSAGE_TOOL_CALLS,
  TOOL_CALL_FUNCTION_ARGUMENTS_JSON,
  TOOL_CALL_FUNCTION_NAME,
  TOOL_CALL_ID,
} from "@arizeai/openinference-semantic-conventions";
import type { Attributes, AttributeValue } from "@opentelemetry/api";
import { MAX_NUMBER } from "./safe-values.ts";

type Part = Readonly<Record<string, unknown>>;

/** A message as OpenTelemetry's GenAI conventions have it. */
export interface GenAiMessage {
  readonly role: string;
  readonly parts: readonly Part[];
  readonly finish_reason?: string;
}

/** Makes a message of one text, and the images whose addresses stand under a prefix, `input.images`. */
export function textMessage(
  attributes: Attributes,
  given: Readonly<Record<"role" | "text" | "images", string>>,
): GenAiMessage {
  const images = itemsUnder(attributes, given.images).map((fields) =>
    mediaPart("image", textOf(fields.get(IMAGE_URL))),
  );
  return { role: given.role, parts: [{ type: "text", content: given.text }, ...images] };
}

/** Gathers the messages that stand flattened under a prefix, `llm.input_messages`, in the order of their indexes. */
export function toGenAiMessages(attributes: Attributes, prefix: string): GenAiMessage[] {
  return itemsUnder(attributes, prefix).map(toMessage);
}

type Fields = ReadonlyMap<string, AttributeValue | undefined>;

function toMessage(fields: Fields): GenAiMessage {
  const role = textOf(fields.get(MESSAGE_ROLE));
  const content = fields.get(MESSAGE_CONTENT);
  const contents = itemsUnder(fields, MESSAGE_CONTENTS).map(toPart);
  const said = content === undefined ? contents : [{ type: "text", content: textOf(content) }];
  const id = fields.get(MESSAGE_TOOL_CALL_ID);
  // What a tool gave is one text there.
  if (id !== undefined) return { role, parts: [{ type: "tool_call_response", id, response: responseOf(said) }] };
  return { role, parts: [...said, ...itemsUnder(fields, MESSAGE_TOOL_CALLS).map(toToolCall)] };
}

function responseOf(parts: readonly Part[]): unknown {
  const texts = parts.map((part) => part["content"]);
  return parts.every(({ type }) => type === "text") ? texts.join("\n") : parts;
}

function toPart(fields: Fields): Part {
  const type = textOf(fields.get(MESSAGE_CONTENT_TYPE));
  if (type === "image") return mediaPart("image", textOf(fields.get(`${MESSAGE_CONTENT_IMAGE}.${IMAGE_URL}`)));
  if (type === "audio") return audioPart(fields);
  return { type, content: textOf(fields.get(MESSAGE_CONTENT_TEXT)) };
}

/** Of the sound that a model gives, its transcript may be all that is kept. */
function audioPart(fields: Fields): Part {
  const url = textOf(fields.get(`${MESSAGE_CONTENT_AUDIO}.${AUDIO_URL}`));
  if (url) return mediaPart("audio", url);
  return { type: "text", content: textOf(fields.get(`${MESSAGE_CONTENT_AUDIO}.${AUDIO_TRANSCRIPT}`)) };
}

function mediaPart(modality: "image" | "audio", url: string): Part {
  const [, mimeType, data] = /^data:([^;,]*);base64,(.*)$/s.exec(url) ?? [];
  if (data === undefined) return { type: "uri", modality, uri: url };
  return { type: "blob", modality, mime_type: mimeType, content: data };
}

function toToolCall(fields: Fields): Part {
  const id = fields.get(TOOL_CALL_ID);
  const name = fields.get(TOOL_CALL_FUNCTION_NAME);
  return {
    type: "tool_call",
    ...(id === undefined ? {} : { id }),
    name,
    arguments: argumentsOf(fields.get(TOOL_CALL_FUNCTION_ARGUMENTS_JSON)),
  };
}

/** Arguments with a number that a backend could not read stay a text, in which it is told as the model wrote it. */
function argumentsOf(json: AttributeValue | undefined): unknown {
  const input = parseJson(json);
  return hasLargeNumber(input) ? json : input;
}

function hasLargeNumber(value: unknown): boolean {
  if (typeof value === "number") return Math.abs(value) > MAX_NUMBER;
  return typeof value === "object" && value !== null && Object.values(value).some(hasLargeNumber);
}

/** Gives the fields of each item of a flattened list. */
function itemsUnder(attributes: Attributes | Fields, prefix: string): Fields[] {
  const items = new Map<number, Map<string, AttributeValue | undefined>>();
  const entries = attributes instanceof Map ? attributes : Object.entries(attributes);
  for (const [key, value] of entries) {
    if (!key.startsWith(`${prefix}.`)) continue;
    const rest = key.slice(prefix.length + 1);
    const index = Number.parseInt(rest, 10);
    const fields = items.get(index) ?? new Map<string, AttributeValue | undefined>();
    fields.set(rest.slice(rest.indexOf(".") + 1), value);
    items.set(index, fields);
  }
  return [...items].toSorted(([left], [right]) => left - right).map(([, fields]) => fields);
}

/** Gives what is no JSON as it is. */
export function parseJson(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : text;
  } catch {
    return text;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
