import { HEADER_BYTES, isSpan, type NewRecord, NO_SPAN, type ReadRecords, RECORD, recordHeader } from "./record.ts";

/** Says how far a destination has taken a segment. */
export interface Progress {
  /** The byte behind the last record taken. */
  readonly position: number;
  /** Spans taken, rejected ones among them. */
  readonly spans: number;
  /** When that was; milliseconds since 1970. */
  readonly atMs: number;
}

/** Names a segment and says where what is in it shall go, by the ids of destinations. */
export interface SegmentFacts {
  /** Begins with the time, so that names sort by age. */
  readonly name: string;
  readonly beganAtMs: number;
  readonly destinations: readonly string[];
  /** Their addresses as people read them, in the same order: an id names nothing to anybody. Older versions wrote none. */
  readonly addresses?: readonly string[] | undefined;
}

/** What is known of a segment that is there already. */
export interface SegmentState {
  /** Bytes. */
  readonly size?: number;
  /** When something was last written to it; milliseconds since 1970. */
  readonly writtenAtMs?: number;
  readonly progress?: Map<string, Progress>;
}

/** Says where what a segment held stands now. */
interface NewPlace {
  readonly segment: Segment;
  /** The byte behind it there. */
  readonly end: number;
}

/** Grows when an older reader could not read what is written. The first record says it, and stays readable for all of them. */
export const FORMAT_VERSION = 1;
/** The first record of a segment is looked for in so many bytes, by all versions. */
export const HEAD_BYTES = 1 << 12;
/** The progress of a destination that has taken nothing. */
export const NOTHING_TAKEN: Progress = { position: 0, spans: 0, atMs: 0 };

/** A run of records, about a megabyte: what is sent as one batch, and what is kept or removed as one. */
export abstract class Segment {
  readonly facts: SegmentFacts;
  /** Whether what stands in it survives the death of the process. */
  abstract readonly isOnDisk: boolean;
  /** Where what some destination has not taken was written once more, when the file was removed under its writer. */
  movedTo: NewPlace | undefined;
  #size: number;
  #spans = 0;
  #isRemoved = false;
  #writtenAtMs: number;
  /** Since when something waits for a destination, as far as this process has seen it begin to. */
  readonly #waitsSinceMs = new Map<string, number>();
  readonly #progress: Map<string, Progress>;

  constructor(facts: SegmentFacts, { size = 0, writtenAtMs = Date.now(), progress = new Map() }: SegmentState = {}) {
    this.facts = facts;
    this.#size = size;
    this.#writtenAtMs = writtenAtMs;
    this.#progress = progress;
  }

  /** Writes down what the segment is, before anything else stands in it. */
  begin(): void {
    const about = { version: FORMAT_VERSION, destinations: this.facts.destinations };
    const named = Buffer.from(JSON.stringify({ ...about, addresses: this.facts.addresses }));
    const isReadable = HEADER_BYTES + named.length <= HEAD_BYTES;
    const payload = isReadable ? named : Buffer.from(JSON.stringify(about));
    this.append({ kind: RECORD.about, spanId: NO_SPAN, payload });
  }

  /** Bytes that stand in it. */
  get size(): number {
    return this.#size;
  }

  /** When something was last written to it; milliseconds since 1970. */
  get writtenAtMs(): number {
    return this.#writtenAtMs;
  }

  /**
   * Writes a record.
   *
   * Errors: throws when it could not be written whole; then it is not there.
   */
  append(record: NewRecord): void {
    this.write(record, recordHeader(record));
    this.#writtenAtMs = Date.now();
    if (isSpan(record)) this.#noteWaiting();
    this.#size += HEADER_BYTES + record.payload.length;
  }

  /** Keeps how far a destination has taken it. */
  acknowledge(destination: string, progress: Progress): void {
    if (this.#isRemoved) return;
    this.#progress.set(destination, progress);
    this.keepProgress(destination, progress);
  }

  progressOf(destination: string): Progress {
    return this.#progress.get(destination) ?? NOTHING_TAKEN;
  }

  /** Takes up what was found to stand in it. Where a destination's progress does not fit to it, all is sent once more. */
  protected found(read: ReadRecords, writtenAtMs: number): void {
    this.#writtenAtMs = writtenAtMs;
    this.#size = read.end;
    this.#spans = read.records.filter(isSpan).length;
    for (const [destination, progress] of this.#progress) {
      if (!fits(progress, read)) this.#progress.delete(destination);
    }
  }

  /** Takes up that every destination has taken all that stands in it, without reading it; gives whether that is so. */
  protected foundDelivered(size: number, writtenAtMs: number): boolean {
    const taken = this.facts.destinations.map((destination) => this.progressOf(destination));
    if (taken.length === 0 || taken.some(({ position }) => position !== size)) return false;
    this.#size = size;
    this.#writtenAtMs = writtenAtMs;
    this.#spans = Math.max(...taken.map(({ spans }) => spans));
    return true;
  }

  /** Counts the spans that a destination has not taken yet. */
  waitingFor(destination: string): number {
    return this.facts.destinations.includes(destination) ? this.#spans - this.progressOf(destination).spans : 0;
  }

  /** Gives since when the oldest span waits that a destination has not taken, or a little before; milliseconds since 1970. */
  waitsSinceMs(destination: string): number {
    return this.#waitsSinceMs.get(destination) ?? this.facts.beganAtMs;
  }

  /** The byte up to which every destination has taken it. */
  get takenByAll(): number {
    return Math.min(this.#size, ...this.facts.destinations.map((destination) => this.progressOf(destination).position));
  }

  /** Counts the spans that some destination has not taken yet. */
  get waiting(): number {
    return Math.max(0, ...this.facts.destinations.map((destination) => this.waitingFor(destination)));
  }

  /** Whether a destination has still to take something. */
  awaits(destination: string): boolean {
    return this.progressOf(destination).position < this.#size && this.facts.destinations.includes(destination);
  }

  get isDelivered(): boolean {
    return this.facts.destinations.every((destination) => !this.awaits(destination));
  }

  /** When the last destination had taken all of it; milliseconds since 1970. */
  get deliveredAtMs(): number {
    return Math.max(0, ...this.facts.destinations.map((destination) => this.progressOf(destination).atMs));
  }

  /** Reads what has been written, from a place on. */
  abstract read(start: number): Promise<ReadRecords>;

  /** Makes what is written outlast a loss of power. */
  abstract sync(): Promise<void>;

  /** Says that nothing will be appended any more. */
  abstract close(): void;

  /** Removes it, and what is still on its way to a destination changes nothing any more. */
  remove(): void {
    this.#isRemoved = true;
    this.erase();
  }

  #noteWaiting(): void {
    for (const destination of this.facts.destinations) {
      if (this.waitingFor(destination) === 0) this.#waitsSinceMs.set(destination, this.#writtenAtMs);
    }
    this.#spans += 1;
  }

  protected abstract erase(): void;

  protected abstract write(record: NewRecord, header: Buffer): void;

  protected abstract keepProgress(destination: string, progress: Progress): void;
}

/** Bytes may have got lost, or come in, before the place. */
function fits({ position, spans }: Progress, { records, damage }: ReadRecords): boolean {
  const isBoundary = [...records, ...damage].some(({ end }) => end === position);
  return isBoundary && records.filter((record) => isSpan(record) && record.end <= position).length === spans;
}
