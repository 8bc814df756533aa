import { join } from "node:path";
import { toError } from "../errors.ts";
import type { DeliveryListener } from "./delivery/delivery.ts";
import type { Destination } from "./delivery/destination.ts";
import { type Say, spansInWords } from "./notices.ts";
import type { SpoolRecord } from "./spool/record.ts";
import type { Segment } from "./spool/segment.ts";
import { REJECTED_FOLDER, type SetAside, setAside, setAsideDamage } from "./spool/set-aside.ts";
import { Counts } from "./stats.ts";

/** What was counted of a segment, by this process. */
interface Counted {
  delivered: number;
  /** By reason. */
  readonly rejected: Map<string, number>;
}

interface AccountParts {
  readonly destination: Destination;
  /** The folder of the spool. */
  readonly directory: string;
  /** Where spans wait for it now, in words. */
  readonly place: string;
  readonly say: Say;
  /** Counts the spans that wait for the destination. */
  readonly countWaiting: () => number;
}

/** Counts what becomes of spans on their way to one destination, and tells people of its first failure, of its recovery and of a refusal. */
export class Account implements DeliveryListener {
  readonly rejected = new Counts();
  delivered = 0;
  /** What the destination answered for, each time that it did: what is sent once more counts once more. Never falls. */
  readonly answered: { delivered: number; readonly rejected: Counts } = { delivered: 0, rejected: new Counts() };
  /** Why what failed last did so; undefined when it was taken after all. */
  lastError: string | undefined;
  /** Spans that were refused, and then removed from where they were set aside: there was no room for more. */
  removed = 0;
  readonly #parts: AccountParts;
  readonly #counted = new WeakMap<Segment, Counted>();
  /** What people have been told, and need not hear once more. */
  readonly #hasSaid = { failure: false, refusal: false, partial: false };
  /** Damage is met at each attempt to send what is around it. */
  readonly #damages = new Set<string>();

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  taken(segment: Segment, spans: number): void {
    this.delivered += spans;
    this.answered.delivered += spans;
    this.#countedOf(segment).delivered += spans;
  }

  again(segment: Segment): void {
    const { delivered, rejected } = this.#countedOf(segment);
    this.delivered -= delivered;
    for (const [reason, spans] of rejected) this.rejected.add(reason, -spans);
    this.#counted.delete(segment);
  }

  leftOut(segment: Segment, spans: number, message: string): void {
    const { destination, say } = this.#parts;
    const reason = message || "left out without a reason";
    if (!this.#hasSaid.partial) {
      const what = spans > 0 ? `left out ${spansInWords(spans)} of a batch` : "took a batch and says";
      say(`${destination.url} ${what}: ${reason}.`);
    }
    this.#hasSaid.partial = true;
    if (spans > 0) this.#reject(segment, spans, reason);
  }

  refused(segment: Segment, { payload }: SpoolRecord, reason: string): void {
    const { destination, directory, say } = this.#parts;
    this.#reject(segment, 1, reason);
    const place = this.#keep(() => setAside(directory, payload, { url: destination.url, reason }));
    if (!this.#hasSaid.refusal) say(`${destination.url} refuses a span: ${reason}. It lies in ${place}.`);
    this.#hasSaid.refusal = true;
  }

  damaged(segment: Segment, bytes: Buffer, start: number): void {
    const { directory, say } = this.#parts;
    const name = `${segment.facts.name}-${start}`;
    if (this.#damages.has(name)) return;
    this.#damages.add(name);
    const place = this.#keep(() => setAsideDamage(directory, bytes, name));
    say(`${bytes.length} bytes of the spool hold no span that can be read. They lie in ${place}.`);
  }

  unreadable(segment: Segment, spans: number): void {
    this.#reject(segment, spans, "damaged in the spool");
  }

  failed(reason: string): void {
    this.lastError = reason;
    if (this.#hasSaid.failure) return;
    this.#hasSaid.failure = true;
    const { destination, place, say, countWaiting } = this.#parts;
    const waiting = spansInWords(countWaiting());
    say(`${destination.url} does not take spans (${reason}). Waiting in ${place} until it does: ${waiting}.`);
  }

  recovered(afterMs: number): void {
    this.lastError = undefined;
    this.#hasSaid.failure = false;
    const { destination, say } = this.#parts;
    say(`${destination.url} takes spans again, after ${Math.ceil(afterMs / 1_000)} s.`);
  }

  #reject(segment: Segment, spans: number, reason: string): void {
    this.rejected.add(reason, spans);
    this.answered.rejected.add(reason, spans);
    const { rejected } = this.#countedOf(segment);
    rejected.set(reason, (rejected.get(reason) ?? 0) + spans);
  }

  #countedOf(segment: Segment): Counted {
    const counted = this.#counted.get(segment) ?? { delivered: 0, rejected: new Map<string, number>() };
    this.#counted.set(segment, counted);
    return counted;
  }

  /** Gives where what is set aside lies, in words. */
  #keep(write: () => SetAside): string {
    try {
      const { path, removed } = write();
      this.#makesRoom(removed);
      return path;
    } catch (error) {
      return `no file (${toError(error).message})`;
    }
  }

  #makesRoom(removed: number): void {
    if (removed > 0 && this.removed === 0) {
      const folder = join(this.#parts.directory, REJECTED_FOLDER);
      this.#parts.say(`${folder} was full: its oldest half, ${spansInWords(removed)}, is removed, and so it goes on.`);
    }
    this.removed += removed;
  }
}
