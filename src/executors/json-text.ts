import { describe } from "../describe.ts";

/**
 * Writes a host value as JSON for the sandbox; undefined for undefined. Never throws.
 *
 * What JSON would drop or refuse is described: NaN, big integers, errors and functions as text, maps and sets as arrays, and what is cyclic as one text.
 */
export function toJsonText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  try {
    return JSON.stringify(value, describeOdd) ?? JSON.stringify(describe(value));
  } catch {
    return JSON.stringify(describe(value));
  }
}

function describeOdd(_key: string, item: unknown): unknown {
  if (typeof item === "bigint" || item instanceof Error) return String(item);
  if (typeof item === "number" && !Number.isFinite(item)) return String(item);
  return item instanceof Map || item instanceof Set ? [...item] : item;
}
