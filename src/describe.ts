import { inspect } from "node:util";

/** Writes any value as text for a model or a person: strings as they are, data as JSON, everything else as Node shows it. Never throws. */
export function describe(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error || value instanceof RegExp) return String(value);
  return toJson(value) ?? show(value);
}

/**
 * Writes data as JSON; undefined for what is none, as a function or what contains itself. Never throws.
 *
 * What JSON would drop or refuse inside of data is described: NaN, big integers, errors and patterns as text, maps and sets as lists.
 */
export function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, describeOdd);
  } catch {
    return undefined;
  }
}

/** Cuts the middle out of a long text and says so. `maxLength` of it is kept, in UTF-16 code units. */
export function truncateMiddle(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const half = Math.floor(maxLength / 2);
  return `${text.slice(0, half)}\n… [${text.length - 2 * half} characters were cut out here] …\n${text.slice(-half)}`;
}

function describeOdd(_key: string, item: unknown): unknown {
  if (typeof item === "bigint" || item instanceof Error || item instanceof RegExp) return String(item);
  if (typeof item === "number" && !Number.isFinite(item)) return String(item);
  return item instanceof Map || item instanceof Set ? [...item] : item;
}

function show(value: unknown): string {
  try {
    return inspect(value, { depth: 6, getters: false, customInspect: false });
  } catch {
    return "[a value that cannot be shown]";
  }
}
