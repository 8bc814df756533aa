import type { DeliveryListener } from "./delivery/delivery.ts";
import type { Destination } from "./delivery/destination.ts";
import { type Say, spansInWords } from "./notices.ts";
import type { SpoolRecord } from "./spool/record.ts";
import type { Segment } from "./spool/segment.ts";
import { setAside, setAsideDamage } from "./spool/set-aside.ts";
import { Counts } from "./stats.ts";

interface AccountParts {
  readonly destination: Destination;
  /** The folder of the spool. */
  readonly directory: string;
  /** Where spans wait, in words. */
  readonly place: string;
  readonly say: Say;
  /** Counts the spans that wait for the destination. */
  readonly countWaiting: () => number;
}

/** Counts what becomes of spans on their way to one destination, and tells people of its first failure, of its recovery and of a refusal. */
export class Account implements DeliveryListener {
  readonly rejected = new Counts();
  delivered = 0;
  /** Why what failed last did so; undefined when it was taken after all. */
  lastError: string | undefined;
  readonly #parts: AccountParts;
  /** What people have been told, and need not hear once more. */
  readonly #hasSaid = { failure: false, refusal: false, partial: false };
  /** Damage is met at each attempt to send what is around it. */
  readonly #damages = new Set<string>();

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  taken(spans: number): void {
    this.delivered += spans;
  }

  again(spans: number): void {
    this.delivered -= spans;
  }

  leftOut(spans: number, message: string): void {
    const { destination, say } = this.#parts;
    const reason = message || "left out without a reason";
    if (!this.#hasSaid.partial) {
      const what = spans > 0 ? `left out ${spansInWords(spans)} of a batch` : "took a batch and says";
      say(`${destination.url} ${what}: ${reason}.`);
    }
    this.#hasSaid.partial = true;
    if (spans > 0) this.rejected.add(reason, spans);
  }

  refused({ payload }: SpoolRecord, reason: string): void {
    const { destination, directory, say } = this.#parts;
    this.rejected.add(reason, 1);
    const place = attempt(() => setAside(directory, payload, { url: destination.url, reason }));
    if (!this.#hasSaid.refusal) say(`${destination.url} refuses a span: ${reason}. It lies in ${place}.`);
    this.#hasSaid.refusal = true;
  }

  damaged(segment: Segment, bytes: Buffer, start: number): void {
    const { directory, say } = this.#parts;
    const name = `${segment.facts.name}-${start}`;
    if (this.#damages.has(name)) return;
    this.#damages.add(name);
    const place = attempt(() => setAsideDamage(directory, bytes, name));
    say(`${bytes.length} bytes of the spool hold no span that can be read. They lie in ${place}.`);
  }

  unreadable(spans: number): void {
    this.rejected.add("damaged in the spool", spans);
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
}

function attempt(write: () => string): string {
  try {
    return write();
  } catch (error) {
    return `no file (${error instanceof Error ? error.message : String(error)})`;
  }
}
