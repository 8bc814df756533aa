import { toError } from "../errors.ts";
import { Account } from "./account.ts";
import { Delivery } from "./delivery/delivery.ts";
import type { Destination } from "./delivery/destination.ts";
import { observeStats } from "./metrics.ts";
import { type Say, spansInWords } from "./notices.ts";
import { letGo, type Lasting, outlive } from "./process-life.ts";
import { inRounds } from "./rounds.ts";
import { isSpan, type NewRecord, type SpoolRecord } from "./spool/record.ts";
import type { Segment } from "./spool/segment.ts";
import type { SpoolSettings } from "./spool/spool-options.ts";
import { Spool, type SpoolListener } from "./spool/spool.ts";
import { type CollectorStats, Counts, NOTHING_YET } from "./stats.ts";
import { Waiting } from "./waiting.ts";

/** Bounds a wait. */
export interface TimeLimit {
  /** Milliseconds. */
  readonly timeoutMs?: number;
}

interface OutboxParts {
  readonly settings: SpoolSettings;
  readonly destinations: readonly Destination[];
  readonly say: Say;
  /** Gives what is sent of a record; the record's payload if absent. */
  readonly prepare?: (record: SpoolRecord) => Promise<Uint8Array>;
}

const FLUSH_MS = 30_000;
const SHUTDOWN_MS = 2_000;
const HOUSEKEEPING_MS = 10_000;
const SYNC_MS = 250;
const ELSEWHERE = "another process has taken over the files they were in";

/** Keeps records until each destination has taken them, and sees to the end of the process. */
export class Outbox implements SpoolListener, Lasting {
  readonly #parts: OutboxParts;
  readonly #spool: Spool;
  readonly #waiting: Waiting;
  readonly #accounts: ReadonlyMap<Destination, Account>;
  readonly #deliveries: readonly Delivery[];
  readonly #dropped = new Counts();
  readonly #rounds: ReturnType<typeof inRounds>[] = [];
  /** Settles when what others left has been taken over. */
  readonly #begun: Promise<void>;
  #ended = 0;
  #stored = 0;
  #takenOver = 0;
  #mayTryAtEnd = true;
  #stopObserving: (() => void) | undefined;
  #shutdown: Promise<void> | undefined;

  constructor(parts: OutboxParts) {
    const { settings, destinations, say, prepare = async ({ payload }) => payload } = parts;
    const ids = destinations.map(({ id }) => id);
    const spool = new Spool({ ...settings, addresses: destinations.map(({ url }) => url) }, ids, this);
    this.#parts = parts;
    this.#spool = spool;
    this.#waiting = new Waiting({ spool, destinations, say });
    this.#accounts = new Map(destinations.map((destination) => [destination, this.#createAccount(destination)]));
    this.#deliveries = [...this.#accounts].map(
      ([destination, listener]) => new Delivery({ destination, spool, listener, prepare }),
    );
    const housekeeping = inRounds(HOUSEKEEPING_MS, async () => this.#keepHouse());
    this.#begun = housekeeping.first;
    this.#rounds.push(housekeeping);
    if (settings.fsync === "interval") this.#rounds.push(inRounds(SYNC_MS, async () => spool.sync()));
    outlive(this);
  }

  /** Without a spool, and where the disk refuses. */
  get isInMemory(): boolean {
    return this.#waiting.isInMemory;
  }

  /** Keeps the record of a span that ended, or of one that started. */
  add(record: NewRecord): void {
    const before = this.#spool.active;
    const active = this.#spool.append(record);
    if (isSpan(record)) {
      this.#ended += 1;
      this.#stored += active.isOnDisk ? 1 : 0;
      this.#mayTryAtEnd = true;
    }
    if (!active.isOnDisk) outlive(this);
    // Later: to read a segment, to send it, is no part of what the span costs that began the next one.
    if (active !== before) setImmediate(() => this.#sendFull());
    for (const delivery of this.#deliveries) delivery.wake();
  }

  /** Has what was delivered, and is still kept, sent once more: to a backend that took it and lost it. */
  async sendAgain(): Promise<void> {
    await this.#begun;
    for (const delivery of this.#deliveries) delivery.sendAllAgain();
  }

  /** Counts a span that ended and could not be kept. */
  lose(reason: string): void {
    this.#ended += 1;
    this.#dropped.add(reason, 1);
  }

  /**
   * Sends what ended before the call, and gives when each destination has taken it.
   *
   * Errors: rejects when the time is over, with what a destination said last.
   */
  async flush({ timeoutMs = FLUSH_MS }: TimeLimit = {}): Promise<void> {
    const before = this.#dropped.byReason;
    if (await this.#sendWithin(timeoutMs)) return;
    const held = [...this.#accounts].flatMap(([destination, { lastError }], index) =>
      this.#waiting.countFor(destination) > 0
        ? [`${destination.url} does not take them (${lastError ?? this.#deliveries[index]?.holdUp})`]
        : [],
    );
    const reasons = [...held, ...this.#dropped.since(before).map(goneInWords)].join("; ") || ELSEWHERE;
    throw new Error(`Spans could not be sent within ${timeoutMs} ms: ${reasons}. ${this.#waiting.inWords}`.trimEnd());
  }

  /** Sends what can be sent in time, writes down what cannot, says where it lies, and stops. Errors: none. */
  async shutdown(limit: TimeLimit = {}): Promise<void> {
    this.#shutdown ??= this.#stop(limit);
    return this.#shutdown;
  }

  stats(): CollectorStats {
    const each = [...this.#accounts].map(([destination, account]) => this.#waiting.statsFor(destination, account));
    const behind = each.toSorted((a, b) => b.waiting - a.waiting || a.delivered - b.delivered)[0];
    return {
      ...(behind ?? NOTHING_YET),
      ended: this.#ended,
      stored: this.#stored,
      takenOver: this.#takenOver,
      dropped: { byReason: this.#dropped.byReason },
      bytes: this.#spool.bytes,
      destinations: Object.fromEntries(
        this.#parts.destinations.map(({ url }, index) => [url, each[index] ?? NOTHING_YET]),
      ),
    };
  }

  dropped(spans: number, reason: string): void {
    if (this.#dropped.total === 0) {
      this.#parts.say(`Gone before delivery: ${spansInWords(spans)} (${reason}). stats() counts what follows.`);
    }
    this.#dropped.add(reason, spans);
  }

  diskFailed(error: unknown): void {
    this.#parts.say(`the spool cannot be written (${toError(error).message}). Spans are kept in memory until it can.`);
  }

  tookOver(segments: readonly Segment[], unfinished: number): void {
    for (const segment of segments) this.#takenOver += segment.waiting;
    this.#takenOver += unfinished;
    this.#sendFull();
    // Spans that never ended stand in the segment that is written to.
    if (unfinished > 0) for (const delivery of this.#deliveries) delivery.wake();
  }

  canSend(): boolean {
    return this.#mayTryAtEnd && this.#deliveries.some(({ isFailing }) => !isFailing) && this.stats().waiting > 0;
  }

  async send(): Promise<void> {
    this.#mayTryAtEnd = false;
    await this.#sendWithin(SHUTDOWN_MS);
  }

  rescue(): void {
    const failure = this.#waiting.writeDown();
    if (failure !== undefined) this.#waiting.tellOfLoss(`: ${failure}`);
  }

  copy(): void {
    const failure = this.#waiting.copyDown();
    if (failure !== undefined) this.#waiting.tellOfLoss(`, unless sent before the process ends: ${failure}`);
  }

  #createAccount(destination: Destination): Account {
    const { settings, say } = this.#parts;
    const waiting = this.#waiting;
    return new Account({
      destination,
      directory: settings.directory,
      get place() {
        return waiting.placeOf(destination);
      },
      say,
      countWaiting: () => waiting.countFor(destination),
    });
  }

  async #stop({ timeoutMs = SHUTDOWN_MS }: TimeLimit): Promise<void> {
    await this.#sendWithin(timeoutMs);
    for (const delivery of this.#deliveries) delivery.stop();
    for (const round of this.#rounds) round.stop();
    this.#stopObserving?.();
    const failure = this.#waiting.writeDown();
    const { onDiskInWords } = this.#waiting;
    if (onDiskInWords !== "") this.#parts.say(onDiskInWords);
    if (failure !== undefined) {
      const { directory } = this.#parts.settings;
      this.#waiting.tellOfLoss(`, unless ${directory} can be written when the process ends: ${failure}`);
    }
    this.#spool.close();
    // What ends from now on is kept too: where it is in memory, until the process ends.
    if (!this.isInMemory) letGo(this);
  }

  #sendFull(): void {
    for (const delivery of this.#deliveries) delivery.sendFull();
  }

  /** Says whether all was taken in time. The timer keeps the process alive, as no connection does. */
  async #sendWithin(timeoutMs: number): Promise<boolean> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeoutMs);
    const isLate = new Promise<void>((resolve) => late.signal.addEventListener("abort", () => resolve()));
    try {
      await Promise.race([this.#begun, isLate]);
      const taken = await Promise.all(this.#deliveries.map(async (delivery) => delivery.flush(late.signal)));
      return taken.every(Boolean);
    } finally {
      clearTimeout(timer);
    }
  }

  async #keepHouse(): Promise<void> {
    // A meter provider may be registered after this.
    this.#stopObserving ??= observeStats({
      stats: () => this.stats(),
      answered: () => [...this.#accounts].map(([{ url }, { answered }]) => [url, answered] as const),
    });
    try {
      await this.#spool.keepHouse();
      await this.#spool.takeOver();
    } finally {
      // What was in memory may have been taken.
      if (this.#shutdown === undefined) outlive(this);
    }
  }
}

function goneInWords([reason, spans]: readonly [reason: string, spans: number]): string {
  return `${spansInWords(spans)} went before delivery (${reason})`;
}
