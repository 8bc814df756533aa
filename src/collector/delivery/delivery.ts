import { toError } from "../../errors.ts";
import { NOTHING_TAKEN, type Segment } from "../spool/segment.ts";
import { backOffMs } from "./back-off.ts";
import { outcomeOfFailure, type Retry } from "./outcome.ts";
import { type SegmentListener, type SegmentParts, sendSegment } from "./send-segment.ts";

/** What a delivery tells those who keep count, and those who tell people. */
export interface DeliveryListener extends SegmentListener {
  /** What was taken of a segment, and refused, is sent once more, to a backend that may have lost them. */
  again(segment: Segment): void;
  /** The destination did not take a batch; said at each attempt. */
  failed(reason: string): void;
  /** All that had failed is delivered. */
  recovered(afterMs: number): void;
}

interface DeliveryParts extends SegmentParts {
  readonly listener: DeliveryListener;
}

/** What a flush waits for. */
interface Goal {
  readonly segment: Segment;
  /** The byte behind it. */
  readonly end: number;
}

/** Spans wait this long for others to be sent with. */
const BATCH_MS = 1_000;
const REQUESTS_AT_ONCE = 4;
/** What Phoenix has answered for it may still hold in memory: after an outage that much is sent once more. */
const FORGETTING_MS = 600_000;

/**
 * Brings what is in the spool to one destination: in batches, again and again until it is taken.
 *
 * While the destination fails, one request at a time asks whether it is back. Batches that failed come last: one that always fails, although
 * others are taken, keeps nothing back but itself.
 */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #inFlight = new Set<Segment>();
  /** Those that were not taken when they were sent last, in the order of that. */
  readonly #failed = new Set<Segment>();
  /** Those that Phoenix had answered for not long before it went away. */
  readonly #doubtful = new Set<Segment>();
  /** Those that were on their way when all was to be sent once more. */
  readonly #repeated = new Set<Segment>();
  /** Those who wait for something to change. */
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  /** How often something failed since all was well, and since something was taken. */
  #failures = 0;
  #inARow = 0;
  #isFailing = false;
  #failingSinceMs = 0;
  /** The destination asked not to be asked before. */
  #notBeforeMs = 0;
  #isPhoenix = false;
  #isStopped = false;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Whether the last attempt failed. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** Says in words what holds up the spans where no attempt has failed. */
  get holdUp(): string {
    const count = this.#inFlight.size;
    return count === 0 ? "it was not asked yet" : `no answer yet to ${count} ${count === 1 ? "request" : "requests"}`;
  }

  /** Says that a span waits: it is sent within a second, with those that come until then, or when a back-off is over. */
  wake(): void {
    this.#wait(BATCH_MS);
  }

  /** Sends the batches that are full. */
  sendFull(): void {
    if (!this.#isFailing) this.#pump(false);
  }

  /**
   * Sends what stands in the spool now, without waiting for more or for a back-off of ours, and waits until the destination has taken it.
   *
   * Gives whether it has: not, when the signal comes first, or `stop()`, or when some of it goes from the spool. Errors: none.
   */
  async flush(signal: AbortSignal): Promise<boolean> {
    const { spool, destination } = this.#parts;
    const goals = spool.segments
      .filter((segment) => segment.awaits(destination.id) || this.#doubtful.has(segment) || this.#repeated.has(segment))
      .map((segment) => ({ segment, end: segment.size }));
    const isDone = () => goals.every((goal) => this.#hasTaken(goal) || this.#isGone(goal));
    signal.addEventListener("abort", () => this.#tell(), { once: true });
    if (Date.now() >= this.#notBeforeMs) this.#sendNow();
    while (!isDone() && !signal.aborted && !this.#isStopped) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
      if (!this.#isFailing) this.#pump(true);
    }
    return goals.every((goal) => this.#hasTaken(goal));
  }

  /** Has all that the destination took from processes that are no more, and that is still kept, sent once more. */
  sendAllAgain(): void {
    for (const segment of this.#parts.spool.segments) {
      if (this.#inFlight.has(segment)) this.#repeated.add(segment);
      else this.#repeat(segment);
    }
  }

  /** Sends nothing more. What is on its way may still be taken. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#hangUp();
    this.#tell();
  }

  #wait(ms: number): void {
    if (!this.#isStopped) this.#timer ??= setTimeout(() => this.#sendNow(), ms).unref();
  }

  #sendNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pump(true);
  }

  #pump(withActive: boolean): void {
    const { spool, destination } = this.#parts;
    const { segments, active } = spool;
    const limit = this.#isFailing ? 1 : REQUESTS_AT_ONCE;
    // Hundreds may be kept that were delivered.
    const waiting = segments.filter((segment) => segment.awaits(destination.id));
    const fresh = waiting.filter((segment) => !this.#failed.has(segment));
    for (const segment of [...fresh, ...this.#failed]) {
      if (this.#isStopped || this.#inFlight.size >= limit) return;
      if (this.#inFlight.has(segment) || !segment.awaits(destination.id)) continue;
      if (withActive || segment !== active) void this.#deliver(segment, withActive);
    }
  }

  /** Errors: none. What happens to be thrown is a failure of the destination's: it is tried again. */
  async #deliver(segment: Segment, withActive: boolean): Promise<void> {
    const failuresBefore = this.#failures;
    this.#inFlight.add(segment);
    const result = await sendSegment(segment, this.#parts).catch((error: unknown) => outcomeOfFailure(toError(error)));
    this.#inFlight.delete(segment);
    if (this.#repeated.delete(segment)) this.#repeat(segment);
    this.#hangUp();
    if (this.#isStopped) return;
    this.#failed.delete(segment);
    if (result.type === "retry") this.#failed.add(segment);
    this.#forgetGone();
    // What was on its way when another one failed says nothing of now.
    if (failuresBefore === this.#failures) {
      if (result.type === "retry") this.#fail(result);
      else if (result.isPhoenix !== undefined) this.#succeed(result.isPhoenix);
    }
    if (this.#failures === 0) this.#sendAgain();
    if (!this.#isFailing) this.#pump(withActive);
    if (this.#parts.spool.segments.some((other) => other.awaits(this.#parts.destination.id))) this.wake();
    this.#tell();
  }

  #fail(retry: Retry): void {
    const { listener } = this.#parts;
    if (this.#failures === 0) this.#failingSinceMs = Date.now();
    this.#failures += 1;
    this.#inARow += 1;
    this.#isFailing = true;
    this.#notBeforeMs = Date.now() + (retry.afterMs ?? 0);
    if (retry.isOutage) this.#doubt();
    listener.failed(retry.reason);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wait(backOffMs(this.#inARow, retry));
  }

  #succeed(isPhoenix: boolean): void {
    this.#isPhoenix = isPhoenix;
    this.#isFailing = false;
    this.#inARow = 0;
    if (this.#failures === 0 || this.#failed.size > 0) return;
    this.#failures = 0;
    this.#parts.listener.recovered(Date.now() - this.#failingSinceMs);
  }

  /** Notes what Phoenix may have lost: it answers before it stores, and when it goes down, what it had in memory is gone. */
  #doubt(): void {
    const { spool, destination } = this.#parts;
    for (const segment of spool.segments) {
      const { spans, atMs } = segment.progressOf(destination.id);
      if (spans > 0 && atMs >= this.#failingSinceMs - FORGETTING_MS) this.#doubtful.add(segment);
    }
  }

  /** Phoenix drops what it has already. Other backends might keep it twice. */
  #sendAgain(): void {
    if (!this.#isPhoenix) this.#doubtful.clear();
    for (const segment of this.#doubtful) {
      if (this.#inFlight.has(segment)) continue;
      this.#doubtful.delete(segment);
      this.#repeat(segment);
    }
  }

  #repeat(segment: Segment): void {
    const { destination, listener } = this.#parts;
    listener.again(segment);
    segment.acknowledge(destination.id, NOTHING_TAKEN);
  }

  /** Forgets segments that the spool keeps no longer. */
  #forgetGone(): void {
    if (this.#failed.size + this.#doubtful.size === 0) return;
    const kept = new Set(this.#parts.spool.segments);
    for (const noted of [this.#failed, this.#doubtful]) {
      for (const segment of noted) if (!kept.has(segment)) noted.delete(segment);
    }
  }

  #hasTaken({ segment, end }: Goal): boolean {
    if (this.#repeated.has(segment)) return false;
    if (segment.progressOf(this.#parts.destination.id).position >= end) return true;
    return segment.movedTo !== undefined && this.#hasTaken(segment.movedTo);
  }

  /** Whether the spool keeps it no longer: it will never be taken, or another process sends it. */
  #isGone({ segment }: Goal): boolean {
    return segment.movedTo === undefined
      ? !this.#parts.spool.segments.includes(segment)
      : this.#isGone(segment.movedTo);
  }

  #tell(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #hangUp(): void {
    if (this.#isStopped && this.#inFlight.size === 0) this.#parts.destination.agent.destroy();
  }
}
