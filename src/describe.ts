import { inspect, types } from "node:util";

/** Is any value as text. */
export interface Description {
  readonly text: string;
  /** Whether the text is JSON: data, and no text, error or function. */
  readonly isJson: boolean;
}

/** Says how data is written. */
export interface DescribeOptions {
  /** About how long JSON may be, in UTF-16 code units: what comes after that is left out, with a mark, and is not looked at. */
  readonly maxLength?: number;
  /** Gives what is to be written in the place of an object; undefined for the object itself. */
  readonly replace?: (item: object) => unknown;
}

/** Writes any value as text for a model or a person: strings as they are, data as JSON, of bytes how many, everything else as Node shows it. Never throws. */
export function describe(value: unknown): string {
  return describeAs(value).text;
}

/** Does the same, and says whether it is JSON that came of it, whole or with marks where something was left out. Never throws. */
export function describeAs(value: unknown, options: DescribeOptions = {}): Description {
  if (typeof value === "string") return { text: value, isJson: false };
  const short = attempt(() => textOfOdd(value) ?? textOfBytes(value));
  if (typeof value === "object" && short !== undefined) return { text: short, isJson: false };
  const json = attempt(() => new JsonWriter(options).write(value, ""));
  return { text: json ?? show(value), isJson: json !== undefined };
}

/**
 * Writes data as JSON; undefined for what is none, as a function or what contains itself. Never throws.
 *
 * What JSON would drop or refuse inside of data is described: NaN, big integers, errors and patterns as text, maps and sets as lists.
 */
export function toJson(value: unknown): string | undefined {
  return attempt(() => JSON.stringify(value, withoutOdd));
}

/** Cuts the middle out of a long text and says so. `maxLength` of it is kept, in UTF-16 code units. */
export function truncateMiddle(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const half = Math.floor(maxLength / 2);
  return `${text.slice(0, half)}\n… [${text.length - 2 * half} characters were cut out here] …\n${text.slice(-half)}`;
}

function withoutOdd(_key: string, item: unknown): unknown {
  if (typeof item === "number" && !Number.isFinite(item)) return String(item);
  return textOfOdd(item) ?? (item instanceof Map || item instanceof Set ? [...item] : item);
}

function textOfOdd(item: unknown): string | undefined {
  return typeof item === "bigint" || item instanceof Error || item instanceof RegExp ? String(item) : undefined;
}

/** As JSON they would be several times as long, and say nothing to anybody. */
function textOfBytes(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  if (types.isUint8Array(item) || types.isAnyArrayBuffer(item) || types.isDataView(item))
    return `[${item.byteLength} bytes]`;
  // What a Buffer became as JSON. No getter is run for that.
  if (Object.getOwnPropertyDescriptor(item, "type")?.value !== "Buffer") return undefined;
  const data: unknown = Object.getOwnPropertyDescriptor(item, "data")?.value;
  return Array.isArray(data) ? `[${data.length} bytes]` : undefined;
}

/**
 * Writes data as `JSON.stringify` does, reading each property once, and stops where there is no room left.
 *
 * `JSON.stringify` itself makes lists of bytes before anybody is asked, and cannot stop. Throws for what contains itself.
 */
class JsonWriter {
  readonly #replace: NonNullable<DescribeOptions["replace"]>;
  readonly #above: object[] = [];
  #left: number;

  constructor({ maxLength = Number.POSITIVE_INFINITY, replace = () => undefined }: DescribeOptions) {
    this.#left = maxLength;
    this.#replace = replace;
  }

  /** Gives undefined for what is no data. */
  write(given: unknown, key: string | number): string | undefined {
    if (typeof given === "number" && Number.isFinite(given)) return this.#take(String(given));
    const item = typeof given === "object" && given !== null ? (textOfBytes(given) ?? ownJson(given, key)) : given;
    if (typeof item === "object" && item !== null) return this.#writeObject(item);
    const isText = typeof item === "bigint" || (typeof item === "number" && !Number.isFinite(item));
    return this.#take(isText || typeof item === "string" ? this.#quote(String(item)) : JSON.stringify(item));
  }

  #writeObject(given: object): string | undefined {
    const text = textOfOdd(given) ?? textOfBytes(given);
    if (text !== undefined) return this.#take(this.#quote(text));
    const replaced = this.#replace(given);
    if (replaced !== undefined) return this.#take(JSON.stringify(replaced));
    if (types.isBoxedPrimitive(given)) return this.#take(JSON.stringify(given));
    if (this.#above.includes(given)) throw new TypeError("The data contains itself.");
    this.#above.push(given);
    const json = isList(given) ? `[${this.#writeList(given)}]` : `{${this.#writeFields(given)}}`;
    this.#above.pop();
    return json;
  }

  #writeList(list: List): string {
    let [json, index] = ["", 0];
    const length = "size" in list ? list.size : list.length;
    for (const item of list) {
      if (this.#left <= 0) return `${json}${index > 0 ? "," : ""}"${markOf(length - index, "items")}"`;
      json += `${index > 0 ? "," : ""}${this.write(item, index) ?? this.#take("null")}`;
      index++;
    }
    return json;
  }

  #writeFields(fields: object): string {
    let json = "";
    const keys = Object.keys(fields);
    for (const [index, key] of keys.entries()) {
      const comma = json === "" ? "" : ",";
      if (this.#left <= 0) return `${json}${comma}"…":"${markOf(keys.length - index, "fields")}"`;
      const value = this.write(Reflect.get(fields, key), key);
      if (value !== undefined) json += `${comma}${this.#take(JSON.stringify(key))}:${value}`;
    }
    return json;
  }

  /** A text that takes all the room gets half of it: what comes after it is to be seen as well. */
  #quote(text: string): string {
    const short = text.length > this.#left ? truncateMiddle(text, this.#left / 2) : text;
    const json = JSON.stringify(short);
    if (json.length <= this.#left || short.length < MARK_LENGTH) return json;
    return JSON.stringify(truncateMiddle(short, ((this.#left / 2) * short.length) / json.length));
  }

  #take<Json extends string | undefined>(json: Json): Json {
    this.#left -= (json?.length ?? 0) + 1;
    return json;
  }
}

type List = readonly unknown[] | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>;

/** About as long as what says that something was cut out. */
const MARK_LENGTH = 100;

function markOf(count: number, what: string): string {
  return `… [${count} ${what} were cut out here] …`;
}

function isList(item: object): item is List {
  const isNumbers = ArrayBuffer.isView(item) && !types.isDataView(item);
  return Array.isArray(item) || isNumbers || item instanceof Map || item instanceof Set;
}

function ownJson(item: object, key: string | number): unknown {
  const toJSON: unknown = Reflect.get(item, "toJSON");
  return typeof toJSON === "function" ? Reflect.apply(toJSON, item, [String(key)]) : item;
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
