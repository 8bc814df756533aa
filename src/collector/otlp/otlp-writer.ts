import type { EndedSpanAttributes } from "./ended-span.ts";
import { delimitedSize, ProtoWriter } from "./proto-writer.ts";

const KEY_VALUE = { key: 1, value: 2 } as const;
const ANY_VALUE = { text: 1, boolean: 2, integer: 3, double: 4, list: 5, map: 6, bytes: 7 } as const;
/** The one field of a list and of a map. */
const ITEMS = 1;
/** Whole numbers from -2^63 on and below 2^63 are int64; all others are doubles. */
const INT64_LIMIT = 2 ** 63;
const REASON_LENGTH = 200;

/**
 * Writes OTLP's attributes and values.
 *
 * Source: opentelemetry/proto/common/v1/common.proto; which value becomes what, @opentelemetry/otlp-transformer.
 */
export class OtlpWriter extends ProtoWriter {
  /** Writes a pair for each own name. A value that throws when it is read, or cannot be written, becomes a text that says so. */
  attributes(field: number, attributes: EndedSpanAttributes = {}): void {
    for (const name of Object.keys(attributes)) {
      const { position, depth } = this;
      try {
        this.#pair(field, name, attributes[name]);
      } catch (error) {
        this.rewind(position, depth);
        this.#pair(field, name, `[a value that could not be read: ${reasonOf(error)}]`);
      }
    }
  }

  #pair(field: number, name: string, value: unknown): void {
    const valueLength = expectedLength(value);
    const pairLength = delimitedSize(name.length) + delimitedSize(valueLength);
    const start = this.open(field, pairLength);
    this.text(KEY_VALUE.key, name);
    this.#value(KEY_VALUE.value, value);
    this.close(start, pairLength);
  }

  #value(field: number, value: unknown): void {
    const length = expectedLength(value);
    const start = this.open(field, length);
    if (typeof value === "string") this.text(ANY_VALUE.text, value);
    else if (typeof value === "number") this.#number(value);
    else if (typeof value === "boolean") this.integer(ANY_VALUE.boolean, value ? 1 : 0);
    else if (typeof value === "object" && value !== null) this.#object(value);
    // Of nothing else is there a form in OTLP: the value is there, and empty.
    this.close(start, length);
  }

  #number(value: number): void {
    const isInt64 = Number.isInteger(value) && value >= -INT64_LIMIT && value < INT64_LIMIT;
    if (isInt64) this.integer(ANY_VALUE.integer, value);
    else this.double(ANY_VALUE.double, value);
  }

  #object(value: object): void {
    if (value instanceof Uint8Array) return this.bytes(ANY_VALUE.bytes, value);
    const isList = Array.isArray(value);
    const start = this.open(isList ? ANY_VALUE.list : ANY_VALUE.map);
    if (isList) for (const item of value) this.#value(ITEMS, item);
    else for (const [name, item] of Object.entries(value)) this.#pair(ITEMS, name, item);
    this.close(start);
  }
}

/** Right for texts of ASCII, which are what is long; a guess, else. */
function expectedLength(value: unknown): number {
  return typeof value === "string" ? delimitedSize(value.length) : 0;
}

function reasonOf(error: unknown): string {
  try {
    return String(error).slice(0, REASON_LENGTH);
  } catch {
    return "it throws what cannot be shown";
  }
}
