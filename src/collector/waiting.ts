import { toError } from "../errors.ts";
import type { Account } from "./account.ts";
import type { Destination } from "./delivery/destination.ts";
import { type Say, spansInWords } from "./notices.ts";
import type { OwnerFolder } from "./spool/owner-folder.ts";
import { removeCopy, writeCopy } from "./spool/rescue.ts";
import type { Segment } from "./spool/segment.ts";
import type { Spool } from "./spool/spool.ts";
import type { DeliveryStats } from "./stats.ts";

interface WaitingParts {
  readonly spool: Spool;
  readonly destinations: readonly Destination[];
  readonly say: Say;
}

/** Spans of which some may wait: a segment, or what was in one that has been written down. */
interface Batch {
  readonly isOnDisk: boolean;
  waitingFor(destination: string): number;
  waitsSinceMs(destination: string): number;
}

/** Counts the spans that destinations have not taken yet, and tells people where they are. */
export class Waiting {
  readonly #parts: WaitingParts;
  /** What was in memory, and lies in files for the next process. Nothing of the bytes. */
  #writtenDown: readonly Batch[] = [];
  /** Where a copy lies of what was in memory when a signal came. */
  #copy: OwnerFolder | undefined;
  /** How many spans stood in a segment when people were told that they are lost. */
  readonly #told = new WeakMap<Segment, number>();

  constructor(parts: WaitingParts) {
    this.#parts = parts;
  }

  /** Whether the end of the process would take something. */
  get isInMemory(): boolean {
    return this.#parts.spool.segments.some(isAtStake);
  }

  /** Counts what one destination has not taken. */
  countFor({ id }: Destination): number {
    return this.#batches.reduce((sum, batch) => sum + batch.waitingFor(id), 0);
  }

  /** Says in words where what one destination has not taken is. */
  placeOf({ id }: Destination): string {
    const { directory } = this.#parts.spool.settings;
    const waiting = this.#batches.filter((batch) => batch.waitingFor(id) > 0);
    const places = waiting.map(({ isOnDisk }) => (isOnDisk ? directory : "memory"));
    return [...new Set(places)].join(" and ") || directory;
  }

  /** Says what became of the spans on their way to a destination. */
  statsFor(destination: Destination, { delivered, rejected, removed, lastError }: Account): DeliveryStats {
    const oldest = this.#batches.find((batch) => batch.waitingFor(destination.id) > 0);
    return {
      delivered,
      waiting: this.countFor(destination),
      rejected: { byReason: rejected.byReason, removed },
      oldestWaitingMs: oldest === undefined ? 0 : Date.now() - oldest.waitsSinceMs(destination.id),
      lastError,
    };
  }

  /** Writes what is in memory to files, and notes what then waits there. Gives why it could not. */
  writeDown(): string | undefined {
    const { spool } = this.#parts;
    const noted = spool.segments
      .filter(({ isOnDisk }) => !isOnDisk)
      .map((segment) => {
        const notes = new Map(
          segment.facts.destinations.map((id) => [
            id,
            { count: segment.waitingFor(id), since: segment.waitsSinceMs(id) },
          ]),
        );
        const batch = {
          isOnDisk: true,
          waitingFor: (id: string) => notes.get(id)?.count ?? 0,
          waitsSinceMs: (id: string) => notes.get(id)?.since ?? Date.now(),
        };
        return { segment, batch };
      });
    try {
      spool.rescue();
      this.#replaceCopy(undefined);
      return undefined;
    } catch (error) {
      return toError(error).message;
    } finally {
      const written = noted.filter(({ segment }) => !spool.segments.includes(segment));
      this.#writtenDown = [...this.#writtenDown, ...written.map(({ batch }) => batch)];
    }
  }

  /** Writes a copy of what is in memory to files: it takes the place of an earlier one. Gives why it could not. */
  copyDown(): string | undefined {
    const { spool } = this.#parts;
    try {
      this.#replaceCopy(writeCopy(spool.segments, spool.settings.directory));
      return undefined;
    } catch (error) {
      return toError(error).message;
    }
  }

  /** Tells what will not be there any more when the process has ended, and why; of the same spans once. */
  tellOfLoss(why: string): void {
    const lost = this.#count({ isOnDisk: false });
    const atStake = this.#parts.spool.segments.filter(isAtStake);
    const isNews = atStake.some((segment) => spansIn(segment) > (this.#told.get(segment) ?? 0));
    if (lost > 0 && isNews) this.#parts.say(`${spansInWords(lost)} ${lost === 1 ? "is" : "are"} lost${why}.`);
    for (const segment of atStake) this.#told.set(segment, spansIn(segment));
  }

  /** Says in words what lies in files. Empty where nothing does. */
  get onDiskInWords(): string {
    const { directory } = this.#parts.spool.settings;
    const spans = this.#count({ isOnDisk: true });
    return inWords(spans, { where: directory, next: "The next start sends them, or vitrine deliver." });
  }

  /** Says in words what is in memory. Empty where nothing is. */
  get #inMemoryInWords(): string {
    const { directory } = this.#parts.spool.settings;
    const spans = this.#count({ isOnDisk: false });
    return inWords(spans, { where: "memory", next: `At its end the process writes them to ${directory}.` });
  }

  #replaceCopy(copy: OwnerFolder | undefined): void {
    if (this.#copy !== undefined) removeCopy(this.#copy);
    this.#copy = copy;
  }

  /** Says both in words. */
  get inWords(): string {
    return [this.#inMemoryInWords, this.onDiskInWords].filter((words) => words !== "").join(" ");
  }

  get #batches(): readonly Batch[] {
    return [...this.#writtenDown, ...this.#parts.spool.segments];
  }

  /** Counts spans that some destination has not taken. */
  #count({ isOnDisk }: Pick<Batch, "isOnDisk">): number {
    const ids = this.#parts.destinations.map(({ id }) => id);
    return this.#batches
      .filter((batch) => batch.isOnDisk === isOnDisk)
      .reduce((sum, batch) => sum + Math.max(0, ...ids.map((id) => batch.waitingFor(id))), 0);
  }
}

function isAtStake({ isOnDisk, isDelivered }: Segment): boolean {
  return !isOnDisk && !isDelivered;
}

/** Taken ones among them. */
function spansIn(segment: Segment): number {
  const { destinations } = segment.facts;
  return Math.max(0, ...destinations.map((id) => segment.progressOf(id).spans + segment.waitingFor(id)));
}

function inWords(count: number, { where, next }: { readonly where: string; readonly next: string }): string {
  return count === 0 ? "" : `Not sent yet, and kept in ${where}: ${spansInWords(count)}. ${next}`;
}
