import { isSpan, type SpoolRecord } from "./record.ts";
import type { Segment } from "./segment.ts";

interface Move {
  readonly from: Segment | undefined;
  /** The record is the last one there. */
  readonly to: Segment;
}

/** Notes where a record has been written once more that some destinations have taken it already: they need not get it twice. */
export function carryOver(record: SpoolRecord, { from, to }: Move): void {
  for (const id of to.facts.destinations) {
    const before = from?.progressOf(id);
    if (before === undefined || before.position < record.end) continue;
    const spans = to.progressOf(id).spans + Number(isSpan(record));
    to.acknowledge(id, { position: to.size, spans, atMs: before.atMs });
  }
}
