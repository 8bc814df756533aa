import type { JsonSchema } from "./message.ts";

/** What strict mode refuses wherever it stands. */
const REFUSED = [
  "default",
  "oneOf",
  "allOf",
  "not",
  "if",
  "patternProperties",
  "dependentRequired",
  "dependentSchemas",
];

/**
 * Tells whether a schema may be sent with `strict: true`, which OpenAI answers with an error if it may not.
 *
 * Each object in it must name all its properties as required, and allow no others.
 * Source: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
export function isStrictSchema(schema: JsonSchema): boolean {
  return schema["type"] === "object" && isStrict(schema);
}

function isStrict(schema: unknown): boolean {
  if (!isObject(schema) || REFUSED.some((keyword) => keyword in schema)) return false;
  const { type, properties = {}, required = [], additionalProperties, items, anyOf = [], $defs = {} } = schema;
  if (!isObject(properties) || !isObject($defs) || !Array.isArray(required) || !Array.isArray(anyOf)) return false;
  const isClosed = additionalProperties === false && Object.keys(properties).every((name) => required.includes(name));
  if ((type === "object" || "properties" in schema) && !isClosed) return false;
  const parts = [...Object.values(properties), ...Object.values($defs), ...anyOf];
  return parts.every(isStrict) && (items === undefined || isStrict(items));
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
