import { crc32 } from "node:zlib";

/** Says what a record holds. Numbers are what stands in files, and never change their meaning. */
export const RECORD = { about: 0, span: 1, started: 2, pendingResource: 3 } as const;

/** Holds one record of a segment. */
export interface SpoolRecord {
  readonly kind: number;
  /** 16 hexadecimal digits; of a record that is no span's, zeros. */
  readonly spanId: string;
  readonly payload: Buffer;
  /** Where the record begins in its segment, and where the next one does; bytes. */
  readonly start: number;
  readonly end: number;
}

/** Bytes in which no record could be read, and their place. */
interface Damage {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Holds what stands in a segment, from one of its places on. */
export interface ReadRecords {
  /** All good records, in order. */
  readonly records: readonly SpoolRecord[];
  /** Each stretch between them that holds none. */
  readonly damage: readonly Damage[];
  /** The place behind all of it: before a torn tail, a record that was not written to its end. */
  readonly end: number;
}

/** A record that is still to be written. */
export interface NewRecord {
  readonly kind: number;
  readonly spanId: string;
  readonly payload: Uint8Array;
}

/** Whether a record holds a span that has ended. */
export function isSpan({ kind }: Pick<SpoolRecord, "kind">): boolean {
  return kind === RECORD.span || kind === RECORD.pendingResource;
}

/** Marker, length of the payload, kind, checksum of all else: four bytes each, big-endian; then the span's id. */
export const HEADER_BYTES = 24;
const CHECKSUM = 12;
const MARKER = Buffer.from("vtr1");
export const NO_SPAN = "0".repeat(16);

/** Makes the header of a record. */
export function recordHeader({ kind, spanId, payload }: NewRecord): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  MARKER.copy(header);
  header.writeUInt32BE(payload.length, 4);
  header.writeUInt32BE(kind, 8);
  header.writeUInt32BE(0, CHECKSUM);
  header.write(spanId, 16, 8, "hex");
  header.writeUInt32BE(crc32(payload, crc32(header)), CHECKSUM);
  return header;
}

/**
 * Reads the records of a segment, of which `bytes` are those from the place `offset` on.
 *
 * What is damaged costs none of the records around it, wherever they stand now. Errors: none, whatever the bytes are.
 */
export function readRecords(bytes: Buffer, offset = 0): ReadRecords {
  const records: SpoolRecord[] = [];
  const damage: Damage[] = [];
  let position = 0;
  while (position < bytes.length) {
    const record = recordAt(bytes, position, offset) ?? nextRecord(bytes, position + 1, offset);
    if (record === undefined && isTorn(bytes.subarray(position))) break;
    const start = record === undefined ? bytes.length : record.start - offset;
    if (start > position)
      damage.push({ bytes: bytes.subarray(position, start), start: position + offset, end: start + offset });
    if (record !== undefined) records.push(record);
    position = record === undefined ? bytes.length : record.end - offset;
  }
  return { records, damage, end: position + offset };
}

/** Whether the bytes are the beginning of a record. */
function isTorn(bytes: Buffer): boolean {
  const isMarked = MARKER.subarray(0, bytes.length).equals(bytes.subarray(0, MARKER.length));
  return isMarked && (bytes.length < HEADER_BYTES || HEADER_BYTES + bytes.readUInt32BE(4) > bytes.length);
}

function nextRecord(bytes: Buffer, from: number, offset: number): SpoolRecord | undefined {
  for (let at = bytes.indexOf(MARKER, from); at >= 0; at = bytes.indexOf(MARKER, at + 1)) {
    const record = recordAt(bytes, at, offset);
    if (record !== undefined) return record;
  }
  return undefined;
}

function recordAt(bytes: Buffer, at: number, offset: number): SpoolRecord | undefined {
  if (at + HEADER_BYTES > bytes.length || bytes.compare(MARKER, 0, 4, at, at + 4) !== 0) return undefined;
  const end = at + HEADER_BYTES + bytes.readUInt32BE(at + 4);
  if (end > bytes.length) return undefined;
  const header = Buffer.from(bytes.subarray(at, at + HEADER_BYTES));
  header.writeUInt32BE(0, CHECKSUM);
  const payload = bytes.subarray(at + HEADER_BYTES, end);
  if (crc32(payload, crc32(header)) !== bytes.readUInt32BE(at + CHECKSUM)) return undefined;
  const spanId = header.toString("hex", 16);
  return { kind: header.readUInt32BE(8), spanId, payload, start: at + offset, end: end + offset };
}
