import {
  METADATA,
  PROMPT_TEMPLATE_TEMPLATE,
  PROMPT_TEMPLATE_VARIABLES,
  PROMPT_TEMPLATE_VERSION,
  SESSION_ID,
  TAG_TAGS,
  USER_ID,
} from "@arizeai/openinference-semantic-conventions";
import { createContextKey, type Attributes, type Context } from "@opentelemetry/api";
import { safeText, toAttributeValue } from "./safe-values.ts";

/** Under which keys `setSession`, `setUser`, … of `@arizeai/openinference-core` keep their values: the API makes them `Symbol.for` keys, so no import is needed. */
const KEY_PREFIX = "OpenInference SDK Context Key ";
const ATTRIBUTES_KEY = createContextKey(`${KEY_PREFIX}attributes`);
const NAMED_KEYS = [
  SESSION_ID,
  USER_ID,
  METADATA,
  TAG_TAGS,
  PROMPT_TEMPLATE_TEMPLATE,
  PROMPT_TEMPLATE_VARIABLES,
  PROMPT_TEMPLATE_VERSION,
].map((name) => ({ name, key: createContextKey(KEY_PREFIX + name) }));

const SUPPRESS_TRACING_KEY = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/** Whether `suppressTracing` of `@opentelemetry/core` is in force: then nothing is to be done at all. */
export function isTracingSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESS_TRACING_KEY) === true;
}

/**
 * Reads what the caller set for all spans with `@arizeai/openinference-core`: session, user, metadata, tags, prompt template, custom attributes.
 *
 * Source: openinference-core, context-attributes; tags are a list here, as the specification has it.
 */
export function contextAttributes(context: Context): Attributes {
  const attributes: Attributes = {};
  const custom = parseJson(context.getValue(ATTRIBUTES_KEY));
  if (typeof custom === "object" && custom !== null) {
    for (const [key, value] of Object.entries(custom)) attributes[safeText(key)] = toAttributeValue(value);
  }
  for (const { name, key } of NAMED_KEYS) {
    const value = context.getValue(key);
    if (typeof value === "string") attributes[name] = name === TAG_TAGS ? tagList(value) : value;
  }
  return attributes;
}

function tagList(text: string): string[] {
  const tags = parseJson(text);
  return Array.isArray(tags) ? tags.map(String) : [text];
}

function parseJson(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
