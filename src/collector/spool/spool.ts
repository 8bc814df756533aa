import { existsSync } from "node:fs";
import { BLOCK_BYTES } from "./block.ts";
import { carryOver } from "./carry-over.ts";
import { FileSegment } from "./file-segment.ts";
import { MemorySegment } from "./memory-segment.ts";
import {
  abandonedFolders,
  claimFolder,
  isMissing,
  type OwnerFolder,
  releaseFolder,
  touchLock,
} from "./owner-folder.ts";
import { HEADER_BYTES, type NewRecord, type ReadRecords } from "./record.ts";
import { writeRescue } from "./rescue.ts";
import type { Segment, SegmentFacts } from "./segment.ts";
import { SegmentMaker } from "./segment-maker.ts";
import type { SpoolSettings } from "./spool-options.ts";
import { takeOver } from "./take-over.ts";
import { segmentsToGo } from "./what-goes.ts";

/** What a spool tells those who keep count, and those who tell people. */
export interface SpoolListener {
  /** Spans went before every destination had them. */
  dropped(spans: number, reason: string): void;
  /** The disk refuses: spans are kept in memory until it does not. Said once, not at each attempt. */
  diskFailed(error: unknown): void;
  /** Spans of processes that are no more have been taken over; and so many that never ended have been added, as failed. */
  tookOver(segments: readonly Segment[], unfinished: number): void;
}

/** Of a small bound a segment is but a part. */
const SEGMENTS_AT_LEAST = 4;
/** A process that has not looked for so long looks before it writes whether its folder is still its own. */
const UNSURE_MS = 10_000;
/** A process that writes little does not write to one segment for weeks: none of its spans would ever be old enough to go. */
const ACTIVE_MS = 3_600_000;

/**
 * Keeps every span that ended until each destination has taken it: in files, or in memory where there is no disk that takes them.
 *
 * A span is safe from the death of the process when `append` returns.
 */
export class Spool {
  readonly settings: SpoolSettings & Pick<SegmentFacts, "addresses">;
  readonly #destinations: readonly string[];
  readonly #listener: SpoolListener;
  readonly #maker: SegmentMaker;
  readonly #segmentBytes: number;
  #folder: OwnerFolder | undefined;
  /** When the folder was known to be this process's, and how much stood in the active segment then. */
  #sureAtMs = 0;
  #sureBytes = 0;
  #diskRefuses = false;
  #hasTold = false;
  #active: Segment | undefined;
  /** The one that was written to before: it is sent about now. */
  #before: Segment | undefined;
  #segments: Segment[] = [];

  constructor(settings: Spool["settings"], destinations: readonly string[], listener: SpoolListener) {
    this.settings = settings;
    this.#destinations = destinations;
    this.#listener = listener;
    this.#maker = new SegmentMaker({ destinations, addresses: settings.addresses, fsync: settings.fsync });
    this.#segmentBytes = Math.min(BLOCK_BYTES, settings.maxBytes / SEGMENTS_AT_LEAST);
  }

  /** All segments, oldest first. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** The segment that is written to, if there is one. */
  get active(): Segment | undefined {
    return this.#active;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0);
  }

  /** Keeps a record, and gives the segment in which it stands now. Errors: none; where a disk refuses, memory takes it. */
  append(record: NewRecord): Segment {
    const isFull = this.#isFullFor(record);
    if (isFull || this.#active === undefined || Date.now() - this.#sureAtMs > UNSURE_MS) this.#makeSure();
    if (isFull && this.#isFullFor(record)) {
      // The disk took a whole segment: the next refusal is another one.
      if (this.#active?.isOnDisk === true) this.#hasTold = false;
      this.#closeActive();
    }
    try {
      this.#active ??= this.#begin(record);
      this.#active.append(record);
    } catch (error) {
      this.#refused(error);
      this.#active = this.#begin(record);
      this.#active.append(record);
    }
    const folder = this.#folder;
    if (folder !== undefined && this.#active.isOnDisk && this.#active.size > this.#segmentBytes / 2)
      this.#maker.prepare(folder);
    return this.#active;
  }

  /** Reads a segment from a place on; undefined, and forgotten, when its file is no more. Errors: rejects with what the file system says. */
  async read(segment: Segment, start: number): Promise<ReadRecords | undefined> {
    return this.#unlessMissing(segment, segment.read(start));
  }

  /**
   * Takes over what processes that are no more have left.
   *
   * Errors: rejects where no folder can be made.
   */
  async takeOver(): Promise<void> {
    const { directory, maxAgeMs, started } = this.settings;
    if (abandonedFolders(directory).length === 0) return;
    const folder = (this.#folder ??= claimFolder(directory));
    const heir = { folder, destinations: this.#destinations, maxAgeMs, started };
    const { segments, unfinished } = await takeOver(directory, heir);
    if (segments.length === 0) return;
    this.#segments = [...this.#segments, ...segments].toSorted((a, b) => (a.facts.name < b.facts.name ? -1 : 1));
    for (const record of unfinished) this.append(record);
    this.#listener.tookOver(segments, unfinished.length);
  }

  /** Says that the owner lives, looks whether the disk takes spans again, and removes what is not to be kept any longer. */
  async keepHouse(): Promise<void> {
    this.#makeSure();
    if (this.#diskRefuses) this.#closeActive();
    this.#diskRefuses = false;
    for (const segment of this.#segments) {
      if (segment instanceof FileSegment) await this.#unlessMissing(segment, segment.refresh()).catch(() => {});
    }
    this.#removeOld();
    if (this.#active !== undefined && Date.now() - this.#active.facts.beganAtMs > ACTIVE_MS) this.#closeActive();
  }

  /** Makes what has been written outlast a loss of power. */
  async sync(): Promise<void> {
    await this.#active?.sync();
  }

  /**
   * Writes what waits in memory to files, for the next process: at once, as nothing else is possible when a process ends.
   *
   * Errors: throws what the file system says; then the spans are still here.
   */
  rescue(): void {
    this.#forget(writeRescue(this.#segments, this.settings.directory));
    if (this.#active instanceof MemorySegment) this.#active = undefined;
  }

  /** Gives the folder up. What is appended later is kept for the next process. */
  close(): void {
    this.#closeActive();
    this.#maker.drop();
    this.#removeOld();
    for (const segment of this.#segments) segment.close();
    if (this.#folder !== undefined) releaseFolder(this.#folder);
    this.#folder = undefined;
  }

  /** Begins a segment that has room for a record, and for as many as it may hold. */
  #begin({ payload }: NewRecord): Segment {
    this.#removeOld(Math.max(this.#segmentBytes, payload.length));
    const { inMemory, directory } = this.settings;
    const folder = inMemory || this.#diskRefuses ? undefined : (this.#folder ??= claimFolder(directory));
    const segment = folder === undefined ? this.#maker.inMemory() : this.#maker.inFile(folder);
    this.#segments.push(segment);
    this.#sureBytes = 0;
    return segment;
  }

  #isFullFor({ payload }: NewRecord): boolean {
    return this.#active !== undefined && this.#active.size + HEADER_BYTES + payload.length > this.#segmentBytes;
  }

  #refused(error: unknown): void {
    this.#closeActive();
    this.#diskRefuses = true;
    if (!this.#hasTold) this.#listener.diskFailed(error);
    this.#hasTold = true;
  }

  #closeActive(): void {
    if (this.#active === undefined) return;
    this.#active.close();
    if (this.#before instanceof FileSegment) this.#before.forget();
    [this.#before, this.#active] = [this.#active, undefined];
  }

  #makeSure(): void {
    this.#sureAtMs = Date.now();
    if (this.#folder !== undefined && !touchLock(this.#folder)) this.#lostFolder();
    else this.#sureBytes = this.#active?.size ?? 0;
  }

  /** Somebody removed the spool; or this process stood still, and others have what it wrote, but for what may have come too late. */
  #lostFolder(): void {
    this.#folder = undefined;
    this.#maker.drop();
    const segments = this.#segments.filter((segment) => segment instanceof FileSegment);
    if (!existsSync(this.settings.directory)) return segments.forEach((segment) => this.#fileIsGone(segment));
    this.#forget(segments);
    this.#writeAnew(this.#sureBytes);
  }

  #writeAnew(start: number): Segment["movedTo"] {
    const from = this.#active;
    const saved = from instanceof FileSegment ? from.appendedSince(start) : [];
    this.#closeActive();
    for (const record of saved) carryOver(record, { from, to: this.append(record) });
    return this.#active && { segment: this.#active, end: this.#active.size };
  }

  async #unlessMissing<Value>(segment: Segment, reading: Promise<Value>): Promise<Value | undefined> {
    try {
      return await reading;
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.#makeSure();
      if (this.#segments.includes(segment)) this.#fileIsGone(segment);
      return undefined;
    }
  }

  /** Somebody removed a file. What is written to it can still be read while it is open, and is written once more. */
  #fileIsGone(segment: Segment): void {
    this.#forget([segment]);
    if (segment === this.#active) segment.movedTo = this.#writeAnew(segment.takenByAll);
    else if (segment.waiting > 0) this.#listener.dropped(segment.waiting, "the file was removed");
  }

  #removeOld(roomBytes = 0): void {
    const gone = segmentsToGo(this.#segments, this.settings, { active: this.#active, roomBytes });
    for (const { segment, lost, reason } of gone) {
      segment.remove();
      if (lost > 0) this.#listener.dropped(lost, reason);
    }
    this.#forget(gone.map(({ segment }) => segment));
  }

  #forget(segments: readonly Segment[]): void {
    if (segments.length > 0) this.#segments = this.#segments.filter((segment) => !segments.includes(segment));
  }
}
