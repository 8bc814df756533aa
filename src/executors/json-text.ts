import { describe, toJson } from "../describe.ts";

/** Writes a host value as JSON for the sandbox; undefined for undefined. What is no data goes as the text that describes it. Never throws. */
export function toJsonText(value: unknown): string | undefined {
  return value === undefined ? undefined : (toJson(value) ?? JSON.stringify(describe(value)));
}
