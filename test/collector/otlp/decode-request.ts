import { type Field, type FieldType, type MessageName, OTLP_MESSAGES, type ScalarType } from "./otlp-messages.ts";

/** Is a message by field name; what is not written has protobuf's default, but for messages and members of a `oneof`. */
export interface Decoded {
  [field: string]: unknown;
}

/**
 * Decodes an ExportTraceServiceRequest by the table of its messages, strictly.
 *
 * Texts are strings, bytes hexadecimal, numbers of 64 bits bigints, doubles numbers.
 * Errors: for unknown fields, other wire types than the table's, UTF-8 that is none, lengths beyond the end, varints longer than needed, and single
 * fields written twice. Nothing of the encoder is used.
 */
export function decodeRequest(bytes: Uint8Array): Decoded {
  return decodeMessage("Request", new Reader(bytes));
}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

interface Scalar {
  readonly wireType: number;
  readonly empty: unknown;
  readonly read: (reader: Reader) => unknown;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeMessage(type: MessageName, reader: Reader): Decoded {
  const message = emptyMessage(type);
  const seen = new Set<number>();
  while (!reader.isAtEnd) {
    const tag = Number(reader.varint());
    const number = tag >>> 3;
    const field = OTLP_MESSAGES[type][number];
    if (!field) throw new Error(`${type} has no field ${number}`);
    const wireType = isMessage(field.type) ? DELIMITED : SCALARS[field.type].wireType;
    if ((tag & 7) !== wireType) throw new Error(`${type}.${field.name} is of wire type ${tag & 7}, not ${wireType}`);
    if (seen.has(number) && !field.isRepeated) throw new Error(`${type}.${field.name} is written twice`);
    seen.add(number);
    const value = isMessage(field.type)
      ? decodeMessage(field.type, new Reader(reader.delimited()))
      : SCALARS[field.type].read(reader);
    const list = message[field.name];
    if (Array.isArray(list)) list.push(value);
    else message[field.name] = value;
  }
  if (type === "AnyValue" && seen.size > 1) throw new Error("AnyValue has more than one value");
  return message;
}

function emptyMessage(type: MessageName): Decoded {
  const fields = Object.values(OTLP_MESSAGES[type]).filter(({ isChoice }) => !isChoice);
  return Object.fromEntries(fields.map((field) => [field.name, defaultOf(field)]));
}

function defaultOf({ type, isRepeated }: Field): unknown {
  if (isRepeated) return [];
  return isMessage(type) ? undefined : SCALARS[type].empty;
}

const SCALARS: Readonly<Record<ScalarType, Scalar>> = {
  string: { wireType: DELIMITED, empty: "", read: (reader) => utf8.decode(reader.delimited()) },
  bytes: { wireType: DELIMITED, empty: "", read: (reader) => reader.delimited().toString("hex") },
  bool: { wireType: VARINT, empty: false, read: (reader) => reader.varint() !== 0n },
  int64: { wireType: VARINT, empty: 0n, read: (reader) => BigInt.asIntN(64, reader.varint()) },
  uint32: { wireType: VARINT, empty: 0, read: (reader) => Number(BigInt.asUintN(32, reader.varint())) },
  enum: { wireType: VARINT, empty: 0, read: (reader) => Number(BigInt.asIntN(32, reader.varint())) },
  double: { wireType: FIXED64, empty: 0, read: (reader) => reader.fixed(8).readDoubleLE() },
  fixed64: { wireType: FIXED64, empty: 0n, read: (reader) => reader.fixed(8).readBigUInt64LE() },
  fixed32: { wireType: FIXED32, empty: 0, read: (reader) => reader.fixed(4).readUInt32LE() },
};

function isMessage(type: FieldType): type is MessageName {
  return type in OTLP_MESSAGES;
}

class Reader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get isAtEnd(): boolean {
    return this.#position === this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const [byte = 0] = this.fixed(1);
      value |= BigInt(byte & 127) << shift;
      if (byte === 0 && shift > 0n) throw new Error("a varint is longer than needed");
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new Error("a varint is longer than ten bytes");
  }

  delimited(): Buffer {
    return this.fixed(Number(this.varint()));
  }

  fixed(length: number): Buffer {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new Error(`${length} bytes are written past the end`);
    const bytes = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return bytes;
  }
}
