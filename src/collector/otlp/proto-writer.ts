import type { HrTime } from "./ended-span.ts";

/** Enough for most spans; a buffer that had to grow past the second is given back. */
const FIRST_BYTES = 65_536;
const KEPT_BYTES = 1_048_576;
/** A tag, a length and a number of 64 bits are no longer. */
const SLACK_BYTES = 24;
/** Shorter texts are copied faster letter by letter than by a call out of JavaScript. */
const SHORT_LENGTH = 24;
/** Longer texts are measured first; the room for the longest case, three bytes a letter, would be wasted. */
const LONG_LENGTH = 131_072;
/**
 * Protobuf's readers refuse a request with messages nested deeper than 100 (C++, Java and Python by default), all its spans included.
 * The three around a span are written last, and not counted here.
 */
const MAX_DEPTH = 97;
const TWO_TO_32 = 2 ** 32;

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

/**
 * Writes protobuf fields one after another into one buffer that grows.
 *
 * No field is measured before it is written: room is left for the length that is expected, and what follows is moved when it was another.
 */
export class ProtoWriter {
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #position = 0;
  #depth = 0;

  get position(): number {
    return this.#position;
  }

  get depth(): number {
    return this.#depth;
  }

  /** Starts anew, behind as many bytes as are left free for what is written last. */
  begin(room: number): void {
    this.#position = 0;
    this.#depth = 0;
    this.#reserve(room);
    this.#position = room;
  }

  /** Goes back to where it was: forgets what was written since, or writes over it. */
  rewind(position: number, depth: number): void {
    this.#position = position;
    this.#depth = depth;
  }

  /** Gives what lies between two positions, as a view that is valid until the next `begin`. */
  take(start: number, end: number): Buffer {
    const bytes = this.#buffer.subarray(start, end);
    if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
    return bytes;
  }

  /** Opens a message of about so many bytes, and gives the position that `close` needs. Errors: RangeError where it would be too deep to be read. */
  open(field: number, expectedLength = 0): number {
    if (this.#depth >= MAX_DEPTH) throw new RangeError("it is nested too deep, or contains itself");
    this.#depth++;
    return this.#openLength(field, expectedLength);
  }

  /** Closes the message that was opened with the same expected length. */
  close(start: number, expectedLength = 0): void {
    this.#depth--;
    this.#closeLength(start, expectedLength);
  }

  /** Writes tag and length of a message whose bytes are there already. */
  header(field: number, length: number): void {
    this.#position = this.#openLength(field, length);
    this.#putVarint(this.#position - varintSize(length), length);
  }

  /** Writes a text in UTF-8, half pairs of surrogates as U+FFFD. What is no text is made one. */
  text(field: number, value: unknown): void {
    const text = typeof value === "string" ? value : textOf(value);
    const { length } = text;
    // As much room as it could need: V8 then does not measure the text either.
    this.#reserve(length < LONG_LENGTH ? length * 3 : Buffer.byteLength(text));
    const start = this.#openLength(field, length);
    const isWritten = length <= SHORT_LENGTH && this.#putAscii(text, start);
    this.#position = start + (isWritten ? length : this.#buffer.write(text, start));
    this.#closeLength(start, length);
  }

  /** Writes bytes as they are. */
  bytes(field: number, value: Uint8Array): void {
    this.#reserve(value.length);
    this.header(field, value.length);
    this.raw(value);
  }

  /** Writes whole fields that were encoded before. */
  raw(fields: Uint8Array): void {
    this.#reserve(fields.length);
    this.#buffer.set(fields, this.#position);
    this.#position += fields.length;
  }

  /** Writes an id of hexadecimal digits as bytes. Errors: TypeError for what is no text. */
  id(field: number, digits: string): void {
    const { length } = digits;
    this.#reserve(length);
    this.header(field, length >> 1);
    for (let index = 1; index < length; index += 2) {
      this.#buffer[this.#position++] = (digitAt(digits, index - 1) << 4) | digitAt(digits, index);
    }
  }

  /** Writes a whole number of up to 64 bits, negative ones in two's complement. */
  integer(field: number, value: number): void {
    this.#putTag(field, VARINT);
    if (value >= 0 && value < TWO_TO_32) {
      this.#position = this.#putVarint(this.#position, value);
      return;
    }
    let low = value >>> 0;
    let high = Math.floor(value / TWO_TO_32) >>> 0;
    while (high > 0) {
      this.#buffer[this.#position++] = (low & 127) | 128;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#position = this.#putVarint(this.#position, low);
  }

  double(field: number, value: number): void {
    this.#putTag(field, FIXED64);
    this.#position = this.#buffer.writeDoubleLE(value, this.#position);
  }

  fixed32(field: number, value: number): void {
    this.#putTag(field, FIXED32);
    this.#position = this.#buffer.writeUInt32LE(value, this.#position);
  }

  /** Writes a time as nanoseconds since 1970; 0, OTLP's "unknown", for what is before it, after 2554, or no time. */
  time(field: number, [seconds, nanoseconds]: HrTime): void {
    // As one number it would lose digits: 16 bits of the seconds, and what is above them.
    const lowSeconds = seconds % 65_536;
    const highNanos = ((seconds - lowSeconds) / 65_536) * 1e9;
    const lowNanos = (highNanos % 65_536) * 65_536 + lowSeconds * 1e9 + nanoseconds;
    const high = Math.floor(highNanos / 65_536) + Math.floor(lowNanos / TWO_TO_32);
    const isTime = high >= 0 && high < TWO_TO_32;
    this.#putTag(field, FIXED64);
    this.#position = this.#buffer.writeUInt32LE(isTime ? lowNanos >>> 0 : 0, this.#position);
    this.#position = this.#buffer.writeUInt32LE(isTime ? high : 0, this.#position);
  }

  #putTag(field: number, wireType: number): void {
    this.#reserve(0);
    this.#position = this.#putVarint(this.#position, (field << 3) | wireType);
  }

  #openLength(field: number, expectedLength: number): number {
    this.#putTag(field, DELIMITED);
    this.#position += varintSize(expectedLength);
    return this.#position;
  }

  #closeLength(start: number, expectedLength: number): void {
    const length = this.#position - start;
    const reserved = varintSize(expectedLength);
    const missing = varintSize(length) - reserved;
    if (missing !== 0) {
      this.#reserve(missing);
      this.#buffer.copyWithin(start + missing, start, this.#position);
      this.#position += missing;
    }
    this.#putVarint(start - reserved, length);
  }

  #putVarint(position: number, value: number): number {
    const buffer = this.#buffer;
    let at = position;
    let rest = value;
    for (; rest > 127; rest >>>= 7) buffer[at++] = (rest & 127) | 128;
    buffer[at++] = rest;
    return at;
  }

  /** Gives false at the first letter that is none of ASCII. */
  #putAscii(text: string, start: number): boolean {
    const buffer = this.#buffer;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) return false;
      buffer[start + index] = code;
    }
    return true;
  }

  #reserve(bytes: number): void {
    const needed = this.#position + bytes + SLACK_BYTES;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#position);
    this.#buffer = larger;
  }
}

/** Says how many bytes a length takes. */
function varintSize(value: number): number {
  if (value < 1 << 7) return 1;
  if (value < 1 << 14) return 2;
  if (value < 1 << 21) return 3;
  return value < 1 << 28 ? 4 : 5;
}

/** Says how many bytes a field with so many bytes in it takes. Fields up to 15. */
export function delimitedSize(length: number): number {
  return 1 + varintSize(length) + length;
}

/** Reads a digit without asking which: "0" to "9" are 0x30 to 0x39, letters 0x41 and 0x61 onwards. */
function digitAt(digits: string, index: number): number {
  const code = digits.charCodeAt(index);
  return (code & 15) + (code >> 6) * 9;
}

/** Makes a text of what a program in plain JavaScript gave as a name. */
function textOf(value: unknown): string {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean" ? String(value) : "";
}
