import { asFailed } from "../otlp/span-request.ts";
import type { FileSegment } from "./file-segment.ts";
import { isSpan, type NewRecord, RECORD } from "./record.ts";
import { readSegmentName } from "./segment-name.ts";

const MESSAGE = "The process ended before this span did.";

/**
 * Finds the spans that processes which are no more had begun and did not end, as records of spans that failed.
 *
 * They end when something was written last. Only spans that were noted when they started are found, and only where nothing is missing of what
 * their process wrote after that: the end of the span could stand there. `all` is what is left of them; looked for is what `mine` say.
 */
export async function unfinishedSpans(all: readonly FileSegment[], mine: readonly FileSegment[]): Promise<NewRecord[]> {
  const segments = all.toSorted((a, b) => (a.facts.name < b.facts.name ? -1 : 1));
  const started = new Map<string, Started>();
  const ended = new Set<string>();
  const damaged = new Set<FileSegment>();
  for (const segment of segments) {
    const { records, damage } = await segment.read(0);
    if (damage.length > 0) damaged.add(segment);
    for (const record of records) {
      // A copy: the record would hold the bytes of the whole segment.
      if (record.kind === RECORD.started) started.set(record.spanId, { segment, payload: Buffer.from(record.payload) });
      if (!isSpan(record)) continue;
      ended.add(record.spanId);
      started.delete(record.spanId);
    }
  }
  const whole = wholeToTheEnd(
    segments.filter((segment) => !damaged.has(segment)),
    segments,
  );
  const open = [...started].filter(
    ([spanId, { segment }]) => !ended.has(spanId) && whole.has(segment) && mine.includes(segment),
  );
  if (open.length === 0) return [];
  const endedAtMs = Math.max(...segments.map(({ writtenAtMs }) => writtenAtMs));
  return open.map(([spanId, { payload }]) => ({
    kind: RECORD.span,
    spanId,
    payload: asFailed(payload, { message: MESSAGE, endedAtMs }),
  }));
}

interface Started {
  readonly segment: FileSegment;
  readonly payload: Buffer;
}

/** The segments behind which, up to the last one of the same owner's, none is missing. The last one is always there: it is written to. */
function wholeToTheEnd(good: readonly FileSegment[], all: readonly FileSegment[]): Set<FileSegment> {
  const next = new Map<string, number>();
  for (const segment of all) {
    const { owner, number } = nameOf(segment);
    next.set(owner, Math.max(next.get(owner) ?? 0, number + 1));
  }
  return new Set(
    good.toReversed().filter((segment) => {
      const { owner, number } = nameOf(segment);
      if (next.get(owner) !== number + 1) return false;
      next.set(owner, number);
      return true;
    }),
  );
}

function nameOf({ facts }: FileSegment): { readonly owner: string; readonly number: number } {
  return readSegmentName(facts.name) ?? { owner: "", number: 0 };
}
