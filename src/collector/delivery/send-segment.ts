import { decodePartialSuccess } from "../otlp/partial-success.ts";
import { isSpan, type SpoolRecord } from "../spool/record.ts";
import type { Segment } from "../spool/segment.ts";
import type { Spool } from "../spool/spool.ts";
import type { Destination } from "./destination.ts";
import { isPhoenix, outcomeOf, type Retry } from "./outcome.ts";
import { sendRequest } from "./send-request.ts";

/** What is told of the spans of a segment. */
export interface SegmentListener {
  taken(segment: Segment, spans: number): void;
  /** The destination took a batch, and said that it left some of its spans out; 0 where it only has something to say. */
  leftOut(segment: Segment, spans: number, message: string): void;
  /** A span that the destination refuses also when it stands alone. */
  refused(segment: Segment, record: SpoolRecord, reason: string): void;
  /** Bytes of the spool hold no record; said at each attempt. */
  damaged(segment: Segment, bytes: Buffer, start: number): void;
  /** Spans were in damaged bytes. */
  unreadable(segment: Segment, spans: number): void;
}

/** What sending takes. */
export interface SegmentParts {
  readonly destination: Destination;
  readonly spool: Spool;
  readonly listener: SegmentListener;
  /** Gives what is sent of a record. */
  readonly prepare: (record: SpoolRecord) => Promise<Uint8Array>;
}

/** The destination has taken all, or has refused it for good; or there was nothing to send. */
interface Taken {
  readonly type: "taken";
  /** Whether it was Phoenix that answered; absent when nobody was asked. */
  readonly isPhoenix?: boolean;
}

/**
 * Sends what a destination has not taken yet of a segment: as one request, in halves where the request is refused, until what is refused
 * stands alone. What is taken is acknowledged piece by piece.
 *
 * Errors: rejects with what the file system and the network say; then it is to be sent again, as for "retry".
 */
export async function sendSegment(segment: Segment, parts: SegmentParts): Promise<Taken | Retry> {
  const { destination, listener } = parts;
  const { position } = segment.progressOf(destination.id);
  // More may be appended while this much is on its way.
  const { size } = segment;
  const read = await parts.spool.read(segment, position);
  if (read === undefined) return { type: "taken" };
  for (const { bytes, start } of read.damage) listener.damaged(segment, bytes, start);
  const sent = await sendRecords(segment, read.records.filter(isSpan), parts);
  if (sent.type === "retry" || !isKept(segment, parts)) return sent;
  const unreadable = segment.size === size ? segment.waitingFor(destination.id) : 0;
  if (unreadable > 0) listener.unreadable(segment, unreadable);
  acknowledge(segment, parts, { position: size, spans: unreadable });
  return sent;
}

async function sendRecords(
  segment: Segment,
  records: readonly SpoolRecord[],
  parts: SegmentParts,
): Promise<Taken | Retry> {
  const { destination, listener, prepare } = parts;
  const last = records.at(-1);
  if (last === undefined) return { type: "taken" };
  const answer = await sendRequest(destination, joined(await Promise.all(records.map(prepare))));
  const outcome = outcomeOf(answer);
  if (outcome.type === "retry") return outcome;
  if (outcome.type === "split" && records.length > 1) {
    const half = Math.ceil(records.length / 2);
    const first = await sendRecords(segment, records.slice(0, half), parts);
    return first.type === "retry" ? first : sendRecords(segment, records.slice(half), parts);
  }
  // What was dropped from the spool meanwhile is counted as dropped.
  if (isKept(segment, parts)) {
    if (outcome.type === "split") listener.refused(segment, last, outcome.reason);
    else countTaken(segment, listener, { spans: records.length, body: answer.body });
    acknowledge(segment, parts, { position: last.end, spans: records.length });
  }
  return { type: "taken", isPhoenix: isPhoenix(answer) };
}

interface Answered {
  readonly spans: number;
  readonly body: Buffer;
}

function countTaken(segment: Segment, listener: SegmentListener, { spans, body }: Answered): void {
  const partial = decodePartialSuccess(body);
  const leftOut = Math.min(partial?.rejectedSpans ?? 0, spans);
  listener.taken(segment, spans - leftOut);
  if (partial !== undefined) listener.leftOut(segment, leftOut, partial.errorMessage);
}

interface Step {
  /** The byte behind what has been taken. */
  readonly position: number;
  /** Spans that have been taken on the way there. */
  readonly spans: number;
}

function acknowledge(segment: Segment, { destination }: SegmentParts, { position, spans }: Step): void {
  const before = segment.progressOf(destination.id).spans;
  segment.acknowledge(destination.id, { position, spans: before + spans, atMs: Date.now() });
}

function isKept(segment: Segment, { spool }: SegmentParts): boolean {
  return spool.segments.includes(segment);
}

/** What lies one behind another in memory is not copied. */
function joined(payloads: readonly Uint8Array[]): Buffer {
  const [first] = payloads;
  let end = first?.byteOffset ?? 0;
  for (const { buffer, byteOffset, length } of payloads) {
    if (buffer !== first?.buffer || byteOffset !== end) return Buffer.concat(payloads);
    end += length;
  }
  return first === undefined ? Buffer.alloc(0) : Buffer.from(first.buffer, first.byteOffset, end - first.byteOffset);
}
