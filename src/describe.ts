import { inspect, types } from "node:util";

/** Is any value as text. */
export interface Description {
  readonly text: string;
  /** Whether the text is JSON: data, and no text, error or function. */
  readonly isJson: boolean;
}

/** Writes any value as text for a model or a person: strings as they are, data as JSON, of bytes how many, everything else as Node shows it. Never throws. */
export function describe(value: unknown): string {
  return describeAs(value).text;
}

/** Does the same, and says whether it is JSON that came of it. Never throws. */
export function describeAs(value: unknown): Description {
  if (typeof value === "string") return { text: value, isJson: false };
  const short = attempt(() => textOfOdd(value) ?? textOfBytes(value));
  if (typeof value === "object" && short !== undefined) return { text: short, isJson: false };
  const json = stringify(value, withoutBytes);
  return { text: json ?? show(value), isJson: json !== undefined };
}

/**
 * Writes data as JSON; undefined for what is none, as a function or what contains itself. Never throws.
 *
 * What JSON would drop or refuse inside of data is described: NaN, big integers, errors and patterns as text, maps and sets as lists.
 */
export function toJson(value: unknown): string | undefined {
  return stringify(value, withoutOdd);
}

/** Cuts the middle out of a long text and says so. `maxLength` of it is kept, in UTF-16 code units. */
export function truncateMiddle(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const half = Math.floor(maxLength / 2);
  return `${text.slice(0, half)}\n… [${text.length - 2 * half} characters were cut out here] …\n${text.slice(-half)}`;
}

type Replacer = (key: string, item: unknown) => unknown;

function stringify(value: unknown, replacer: Replacer): string | undefined {
  return attempt(() => JSON.stringify(value, replacer));
}

function withoutOdd(_key: string, item: unknown): unknown {
  if (typeof item === "number" && !Number.isFinite(item)) return String(item);
  return textOfOdd(item) ?? (item instanceof Map || item instanceof Set ? [...item] : item);
}

function withoutBytes(key: string, item: unknown): unknown {
  return textOfBytes(item) ?? withoutOdd(key, item);
}

function textOfOdd(item: unknown): string | undefined {
  return typeof item === "bigint" || item instanceof Error || item instanceof RegExp ? String(item) : undefined;
}

/** As JSON they would be several times as long, and say nothing to anybody. A `Buffer` inside of data has become its own JSON before it is asked. */
function textOfBytes(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  if (types.isUint8Array(item) || types.isAnyArrayBuffer(item) || types.isDataView(item))
    return `[${item.byteLength} bytes]`;
  const data = "type" in item && item.type === "Buffer" && "data" in item ? item.data : undefined;
  return Array.isArray(data) ? `[${data.length} bytes]` : undefined;
}

function show(value: unknown): string {
  return attempt(() => inspect(value, { depth: 6, getters: false, customInspect: false })) ?? UNSHOWABLE;
}

const UNSHOWABLE = "[a value that cannot be shown]";

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
