/** Is what was parsed from JSON, of whatever shape: answers come from many servers, and requests from many hands. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value has fields. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Gives the fields of a value; none for what is no object. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** Gives the objects in a list; none for what is no list. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Gives a text; the empty one for what is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Gives a text that says something; undefined for all else. */
export function filledText(value: unknown): string | undefined {
  return textOf(value) || undefined;
}

/** Gives a number; undefined for what is none. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
