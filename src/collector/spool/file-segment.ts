import {
  appendFileSync,
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writevSync,
} from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { FreshRecords } from "./fresh-records.ts";
import { PROGRESS_FILE, progressLine, readProgress } from "./progress-file.ts";
import { type NewRecord, RECORD, type ReadRecords, readRecords, type SpoolRecord } from "./record.ts";
import { FORMAT_VERSION, HEAD_BYTES, type Progress, Segment, type SegmentFacts, type SegmentState } from "./segment.ts";
import { readSegmentName } from "./segment-name.ts";

/** The ending of the file that holds the records of a segment. */
export const SEGMENT_FILE = ".spans";

/** When a write is made to outlast a loss of power; without, it outlasts the death of the process. */
export type Fsync = "never" | "interval" | "always";

/** A segment that is a file. What has been appended survives the death of the process at any moment. */
export class FileSegment extends Segment {
  readonly isOnDisk = true;
  #path: string;
  readonly #fsync: Fsync;
  #descriptor: number | undefined;
  /** Of the segment that this process writes to, and of the one before: all records. */
  #fresh: FreshRecords | undefined;
  /** Whether somebody was given some of them, and may still read there. */
  #isLent = false;
  /** Of a segment that another process has begun: the bytes of its file when it was last read. */
  #seenBytes = 0;

  private constructor(path: string, facts: SegmentFacts, state: FileState = {}) {
    super(facts, state);
    this.#path = path;
    this.#descriptor = state.descriptor;
    this.#fsync = state.fsync ?? "never";
    if (state.descriptor !== undefined) this.#fresh = new FreshRecords();
  }

  /**
   * Begins a segment in a folder.
   *
   * Errors: throws what the file system says.
   */
  static create(folder: string, facts: SegmentFacts, fsync: Fsync): FileSegment {
    const path = join(folder, facts.name);
    const descriptor = openSync(path + SEGMENT_FILE, "wx+", 0o600);
    const segment = new FileSegment(path, facts, { descriptor, fsync });
    try {
      segment.begin();
    } catch (error) {
      segment.remove();
      throw error;
    }
    return segment;
  }

  /**
   * Opens a segment that another process has left.
   *
   * Where its first record is damaged, `fallback` says where it was to go. Gives undefined for a file of a newer version.
   * Errors: rejects with what the file system says.
   */
  static async open(folder: string, name: string, fallback: readonly string[]): Promise<FileSegment | undefined> {
    const segment = await FileSegment.glance(folder, name, fallback);
    await segment?.takeStock();
    return segment;
  }

  /** Opens a segment as `open` does, but does not read what stands in it: enough to say whether a destination awaits something of it. */
  static async glance(folder: string, name: string, fallback: readonly string[]): Promise<FileSegment | undefined> {
    const path = join(folder, name);
    const { size, mtimeMs } = await stat(path + SEGMENT_FILE);
    const [first] = readRecords(await readPart(path + SEGMENT_FILE, 0, Math.min(size, HEAD_BYTES))).records;
    const about = first?.kind === RECORD.about ? readAbout(first.payload) : undefined;
    if ((about?.version ?? FORMAT_VERSION) > FORMAT_VERSION) return undefined;
    const beganAtMs = readSegmentName(name)?.beganAtMs ?? Date.now();
    const facts = { name, beganAtMs, destinations: about?.destinations ?? fallback, addresses: about?.addresses };
    const progress = await readProgress(path + PROGRESS_FILE);
    return new FileSegment(path, facts, { size, writtenAtMs: mtimeMs, progress });
  }

  /** Counts what stands in it; reads it only where that is not known without. Errors: rejects with what the file system says. */
  async takeStock(): Promise<void> {
    const { size, mtimeMs } = await stat(this.#path + SEGMENT_FILE);
    if (!this.foundDelivered(size, mtimeMs)) {
      this.found(readRecords(await readPart(this.#path + SEGMENT_FILE, 0, size)), mtimeMs);
    }
    this.#seenBytes = size;
  }

  /** Takes up what its owner wrote although it was taken for dead. Errors: rejects with what the file system says. */
  async refresh(): Promise<void> {
    const { size } = await stat(this.#path + SEGMENT_FILE);
    if (this.#seenBytes > 0 && size !== this.#seenBytes) await this.takeStock();
  }

  /**
   * Takes the segment out of a dead owner's folder into another one.
   *
   * Errors: throws what the file system says; ENOENT says that another process was first.
   */
  moveTo(folder: string): void {
    const path = join(folder, this.facts.name);
    renameSync(this.#path + SEGMENT_FILE, path + SEGMENT_FILE);
    try {
      renameSync(this.#path + PROGRESS_FILE, path + PROGRESS_FILE);
    } catch {
      // Nothing was taken of it yet; or it will be sent once more.
    }
    this.#path = path;
  }

  /** Errors: rejects with what the file system says; with ENOENT where the file is no more, also when what stood in it is still in memory. */
  async read(start: number): Promise<ReadRecords> {
    const path = this.#path + SEGMENT_FILE;
    // What is appended while this waits is not asked for.
    const fresh = this.#fresh?.since(start);
    if (fresh === undefined) return readRecords(await readPart(path, start, this.size), start);
    this.#isLent = true;
    await stat(path);
    return fresh;
  }

  /** Keeps none of its records in memory any more. */
  forget(): void {
    // What is still on its way would be written over.
    if (!this.#isLent || this.isDelivered) this.#fresh?.release();
    this.#fresh = undefined;
  }

  /** Gives what has been appended behind a place: also when the file has been moved, or removed. Errors: throws what the file system says. */
  appendedSince(start: number): readonly SpoolRecord[] {
    if (this.#descriptor === undefined) return [];
    const bytes = Buffer.alloc(this.size - start);
    readSync(this.#descriptor, bytes, 0, bytes.length, start);
    return readRecords(bytes, start).records.filter(({ kind }) => kind !== RECORD.about);
  }

  async sync(): Promise<void> {
    if (this.#descriptor !== undefined) await promisify(fdatasync)(this.#descriptor);
  }

  close(): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    this.#descriptor = undefined;
    // Nobody would sync it any more.
    if (this.#fsync === "interval") fdatasync(descriptor, () => closeSync(descriptor));
    else closeSync(descriptor);
  }

  protected erase(): void {
    this.close();
    rmSync(this.#path + SEGMENT_FILE, { force: true });
    rmSync(this.#path + PROGRESS_FILE, { force: true });
  }

  protected write(record: NewRecord, header: Buffer): void {
    if (this.#descriptor === undefined) throw new Error(`The segment ${this.#path} is closed`);
    const { payload } = record;
    const written = writevSync(this.#descriptor, [header, payload], this.size);
    if (written < header.length + payload.length) {
      // A disk that is full takes a part.
      ftruncateSync(this.#descriptor, this.size);
      throw new Error(`The disk took ${written} of ${header.length + payload.length} bytes`);
    }
    if (this.#fresh?.add(record, this.size) === false) this.forget();
    if (this.#fsync === "always") fdatasyncSync(this.#descriptor);
  }

  /** A line that gets lost costs a repeat, no span. */
  protected keepProgress(destination: string, progress: Progress): void {
    try {
      appendFileSync(this.#path + PROGRESS_FILE, progressLine(destination, progress), { mode: 0o600 });
    } catch {
      // A full disk, or a segment that another process has taken over.
    }
  }
}

/** Whether a name is one of a segment: what else lies in the folder is somebody else's. */
export function isSegmentName(name: string): boolean {
  return readSegmentName(name) !== undefined;
}

interface FileState extends SegmentState {
  readonly descriptor?: number;
  readonly fsync?: Fsync;
}

interface About {
  readonly version: number;
  readonly destinations: readonly string[];
  readonly addresses?: readonly string[];
}

function readAbout(payload: Buffer): About | undefined {
  try {
    const about: About = JSON.parse(payload.toString());
    return Array.isArray(about.destinations) ? about : undefined;
  } catch {
    return undefined;
  }
}

/** Reads from one place to another. Bytes that are no longer there are zeros: no record. */
async function readPart(path: string, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  const file = await open(path, "r");
  try {
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, start + length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
  } finally {
    await file.close();
  }
  return bytes;
}
