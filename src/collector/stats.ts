/** Says what became of the spans of this process, and of those that it took over. Counts are of spans. */
export interface CollectorStats extends DeliveryStats {
  /** Spans that ended, and were sampled. */
  readonly ended: number;
  /** Of these, those that stand in files: safe from the death of the process. */
  readonly stored: number;
  /** Spans that processes that are no more had left. */
  readonly takenOver: number;
  /** What went before every destination had it, and why. */
  readonly dropped: { readonly byReason: Readonly<Record<string, number>> };
  /** Bytes in the spool, delivered ones that are still kept among them. */
  readonly bytes: number;
  readonly destinations: Readonly<Record<string, DeliveryStats>>;
}

/** Says what became of spans on their way to a destination; in the whole, to the one that has the fewest. */
export interface DeliveryStats {
  readonly delivered: number;
  readonly waiting: number;
  readonly rejected: RejectedStats;
  /** Milliseconds since the oldest batch that waits was begun; 0 where none waits. */
  readonly oldestWaitingMs: number;
  /** Why the last attempt failed; undefined when it did not. */
  readonly lastError?: string | undefined;
}

/** Says what a destination refused. A span that was refused on its own lies in the spool's folder `rejected`. */
interface RejectedStats {
  readonly byReason: Readonly<Record<string, number>>;
  /** So much of what lay in that folder, whoever had set it aside, is removed: it was full. */
  readonly removed: number;
}

/** The counts at the start. */
export const NOTHING_YET: DeliveryStats = {
  delivered: 0,
  waiting: 0,
  rejected: { byReason: {}, removed: 0 },
  oldestWaitingMs: 0,
};

/** A server may write something else into each of its reasons. */
const MOST_REASONS = 50;

/** Counts by reason: the first 50, and all others as one. */
export class Counts {
  readonly #counts = new Map<string, number>();

  /** Adds, or takes back where the count is below 0. */
  add(reason: string, count: number): void {
    const isKnown = this.#counts.has(reason) || this.#counts.size < MOST_REASONS;
    const name = isKnown ? reason : "other reasons";
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Gives what has been added since the counts were so, by reason. */
  since(before: Readonly<Record<string, number>>): [reason: string, count: number][] {
    const added = [...this.#counts].map(([reason, count]): [string, number] => [reason, count - (before[reason] ?? 0)]);
    return added.filter(([, count]) => count > 0);
  }

  get byReason(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].filter(([, count]) => count !== 0));
  }
}
