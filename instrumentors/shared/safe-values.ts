import { toUSVString } from "node:util";
import { METADATA, PROMPT_TEMPLATE_VARIABLES, TOOL_PARAMETERS } from "@arizeai/openinference-semantic-conventions";
import type { AttributeValue } from "@opentelemetry/api";
import { describe, truncateMiddle } from "../../src/describe.ts";

/** How much of one text is exported, in UTF-16 code units: a collector that refuses a request for its size refuses all its spans. */
const MAX_LENGTH = 1_048_576;
/** PostgreSQL takes no NUL in a text. */
const NUL = "\0";
const NUL_PICTURE = "␀";

/** What Phoenix reads as JSON when it stores a span: there an escape becomes the character that it stands for. */
const PARSED_AS_JSON: ReadonlySet<string> = new Set([METADATA, PROMPT_TEMPLATE_VARIABLES, TOOL_PARAMETERS]);
const PARSED_PREFIX = "gen_ai.";
/** A pair of surrogates, one alone, NUL, or any other escape: a backslash takes the next character with it. */
const ESCAPE = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u([dD][89a-fA-F][\da-fA-F]{2}|0000)|\\./gs;

/**
 * Makes whatever it is a value that can be exported: a text, a number, a boolean or a list of one of them. Nothing for what says nothing, as NaN. Never throws.
 */
export function toAttributeValue(value: unknown): AttributeValue | undefined {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value === undefined || value === null ? undefined : safely(() => listOf(value) ?? textOf(value));
}

/** Makes a text one that every backend can store: no NUL, no half of a surrogate pair, not endless. */
export function safeText(text: string): string {
  const short = text.length > MAX_LENGTH ? truncateMiddle(text, MAX_LENGTH) : text;
  const whole = toUSVString(short);
  return whole.includes(NUL) ? whole.replaceAll(NUL, NUL_PICTURE) : whole;
}

/** Does the same for the value of an attribute, texts in lists included. */
export function safeValue(key: string, value: AttributeValue): AttributeValue {
  if (typeof value === "string") return isParsedAsJson(key) ? safeJson(safeText(value)) : safeText(value);
  if (!Array.isArray(value) || !value.some((item) => typeof item === "string" && safeText(item) !== item)) return value;
  return value.map((item) => (typeof item === "string" ? safeText(item) : String(item)));
}

function isParsedAsJson(key: string): boolean {
  return PARSED_AS_JSON.has(key) || key.startsWith(PARSED_PREFIX);
}

function safeJson(text: string): string {
  if (!text.includes(String.raw`\u`)) return text;
  return text.replace(ESCAPE, (escape, unsafe: string | undefined) => {
    if (unsafe === undefined) return escape;
    return unsafe === "0000" ? NUL_PICTURE : "\uFFFD";
  });
}

function listOf(value: unknown): AttributeValue | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: unknown[] = value;
  if (items.every((item): item is string => typeof item === "string")) return items;
  if (items.every((item): item is boolean => typeof item === "boolean")) return items;
  if (items.every((item): item is number => Number.isFinite(item))) return items;
  return items.map((item) => textOf(item));
}

function textOf(value: unknown): string {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  return typeof value === "bigint" ? String(value) : describe(value);
}

function safely(work: () => AttributeValue): AttributeValue {
  try {
    return work();
  } catch {
    return "[a value that cannot be shown]";
  }
}
