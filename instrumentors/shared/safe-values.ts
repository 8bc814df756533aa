import {
  LLM_TOKEN_COUNT_COMPLETION,
  LLM_TOKEN_COUNT_PROMPT,
  METADATA,
  PROMPT_TEMPLATE_VARIABLES,
  SESSION_ID,
  TOOL_PARAMETERS,
  USER_ID,
} from "@arizeai/openinference-semantic-conventions";
import type { AttributeValue } from "@opentelemetry/api";
import { describe, truncateMiddle } from "../../src/describe.ts";

/** How much of one text is exported, in UTF-16 code units: a collector that refuses a request for its size refuses all its spans. */
export const MAX_LENGTH = 1_048_576;
/** Texts inside of JSON are not cut shorter than that. */
const MIN_TEXT_LENGTH = 1000;
/** PostgreSQL takes no NUL in a text. */
const NUL = "\0";
const NUL_PICTURE = "␀";

/** Phoenix on PostgreSQL cannot read a trace that holds a larger number: it comes back as an integer of more than 64 bits. */
export const MAX_NUMBER = 2 ** 63;
/** Phoenix adds these up in 32 bits: it drops a span whose sum is larger, or cannot read its trace. */
const COUNTS: ReadonlySet<string> = new Set([
  LLM_TOKEN_COUNT_PROMPT,
  LLM_TOKEN_COUNT_COMPLETION,
  "gen_ai.usage.input_tokens",
  "gen_ai.usage.output_tokens",
]);
const MAX_COUNT = 2 ** 30 - 1;
/** Phoenix keeps these in an index of PostgreSQL, which takes 2,704 bytes: it drops a span with a longer one. */
const INDEXED: ReadonlySet<string> = new Set([SESSION_ID, USER_ID, "gen_ai.conversation.id"]);
const MAX_INDEXED_LENGTH = 800;

/** What Phoenix reads as JSON when it stores a span: there an escape becomes the character that it stands for. */
const PARSED_AS_JSON: ReadonlySet<string> = new Set([METADATA, PROMPT_TEMPLATE_VARIABLES, TOOL_PARAMETERS]);
const PARSED_PREFIX = "gen_ai.";
/** A pair of surrogates, one alone, NUL, or any other escape: a backslash takes the next character with it. */
const JSON_TOKEN = /"(?:\\.|[^"\\])*"|-?\d[\d.eE+-]*/gs;
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
  if (text.length <= MAX_LENGTH && text.isWellFormed() && !text.includes(NUL)) return text;
  const short = text.length > MAX_LENGTH ? truncateMiddle(text, MAX_LENGTH) : text;
  const whole = short.toWellFormed();
  return whole.includes(NUL) ? whole.replaceAll(NUL, NUL_PICTURE) : whole;
}

/** Does the same for the value of an attribute, what is in lists included. Nothing for what would cost the span. */
export function safeValue(key: string, value: AttributeValue): AttributeValue | undefined {
  if (typeof value === "number" && value > MAX_COUNT && COUNTS.has(key)) return undefined;
  if (Array.isArray(value)) return safeList(key, value);
  return isParsedAsJson(key) && typeof value === "string" ? safeJson(safeText(shortJson(value))) : safeItem(key, value);
}

function safeList(key: string, list: Extract<AttributeValue, unknown[]>): AttributeValue {
  return list.every((item) => item === null || item === undefined || safeItem(key, item) === item)
    ? list
    : list.map((item) => String(safeItem(key, item ?? "")));
}

function safeItem(key: string, value: string | number | boolean): string | number | boolean {
  if (typeof value === "number") return Math.abs(value) > MAX_NUMBER ? String(value) : value;
  if (typeof value === "boolean") return value;
  const text = safeText(value);
  return INDEXED.has(key) ? text.slice(0, MAX_INDEXED_LENGTH).toWellFormed() : text;
}

function isParsedAsJson(key: string): boolean {
  return PARSED_AS_JSON.has(key) || key.startsWith(PARSED_PREFIX);
}

/** Cuts the texts inside of JSON that is too long, the longest first, so that it stays JSON; of a list that is still too long, the newest half is kept. */
function shortJson(json: string): string {
  let short = json;
  let data = json.length > MAX_LENGTH ? parse(json) : undefined;
  for (let maxText = MAX_LENGTH / 2; data !== undefined && short.length > MAX_LENGTH; maxText /= 2) {
    if (maxText < MIN_TEXT_LENGTH && !(Array.isArray(data) && data.length > 1)) return json;
    if (maxText < MIN_TEXT_LENGTH && Array.isArray(data)) data = data.slice(Math.ceil(data.length / 2));
    const length = Math.max(maxText, MIN_TEXT_LENGTH);
    short = JSON.stringify(data, (_key, item: unknown) =>
      typeof item === "string" ? truncateMiddle(item, length) : item,
    );
  }
  return short;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function safeJson(json: string): string {
  const text = /\d{19}|\d[eE]/.test(json) ? json.replace(JSON_TOKEN, safeNumber) : json;
  if (!text.includes(String.raw`\u`)) return text;
  return text.replace(ESCAPE, (escape, unsafe: string | undefined) => {
    if (unsafe === undefined) return escape;
    return unsafe === "0000" ? NUL_PICTURE : "\uFFFD";
  });
}

function safeNumber(token: string): string {
  return Math.abs(Number(token)) > MAX_NUMBER ? `"${token}"` : token;
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
