/** One field of a protobuf message. */
export interface ProtoField {
  readonly number: number;
  /** A number of the varint kind; 0 for the other kinds. */
  readonly integer: number;
  /** The bytes of a message, a text or bytes; empty for numbers. */
  readonly content: Buffer;
  /** Where the field begins in the message, tag included, and where the next one does. */
  readonly start: number;
  readonly end: number;
}

const VARINT = 0;
const DELIMITED = 2;
/** The kinds of a fixed length, in bytes. */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
const NOTHING = Buffer.alloc(0);

/**
 * Reads the fields of a protobuf message, in the order in which they stand.
 *
 * Gives undefined where the bytes are no protobuf. Integers are exact up to 2^53.
 */
export function readFields(bytes: Buffer): ProtoField[] | undefined {
  const fields: ProtoField[] = [];
  for (let start = 0; start < bytes.length;) {
    const field = readField(bytes, start);
    if (field === undefined) return undefined;
    fields.push(field);
    start = field.end;
  }
  return fields;
}

function readField(bytes: Buffer, start: number): ProtoField | undefined {
  const tag = readVarint(bytes, start);
  if (tag === undefined) return undefined;
  const kind = tag.value % 8;
  const number = Math.floor(tag.value / 8);
  const varint = kind === VARINT || kind === DELIMITED ? readVarint(bytes, tag.end) : undefined;
  if (kind === VARINT) return varint && { number, integer: varint.value, content: NOTHING, start, end: varint.end };
  const length = kind === DELIMITED ? varint?.value : FIXED[kind];
  const from = varint?.end ?? tag.end;
  if (length === undefined || from + length > bytes.length) return undefined;
  const content = kind === DELIMITED ? bytes.subarray(from, from + length) : NOTHING;
  return { number, integer: 0, content, start, end: from + length };
}

function readVarint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    value += (byte & 127) * 2 ** (7 * index);
    if (byte < 128) return { value, end: start + index + 1 };
  }
  return undefined;
}
