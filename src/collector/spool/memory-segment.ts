import { giveBlock, takeBlock } from "./block.ts";
import { type NewRecord, type ReadRecords, readRecords } from "./record.ts";
import { Segment, type SegmentFacts } from "./segment.ts";

/** A segment that lives in memory: where there is no spool, or where the disk refuses. The bytes are those of a file. */
export class MemorySegment extends Segment {
  readonly isOnDisk = false;
  #block = takeBlock();

  constructor(facts: SegmentFacts) {
    super(facts);
    this.begin();
  }

  /** Reads a copy: the block may be another segment's before the bytes are sent. */
  async read(start: number): Promise<ReadRecords> {
    return readRecords(Buffer.from(this.bytes().subarray(start)), start);
  }

  /** Gives all of it, at once: also when the process is about to end. A view, until the segment is removed. */
  bytes(): Buffer {
    return this.#block.subarray(0, this.size);
  }

  async sync(): Promise<void> {}

  close(): void {}

  protected erase(): void {
    giveBlock(this.#block);
    this.#block = Buffer.alloc(0);
  }

  protected write({ payload }: NewRecord, header: Buffer): void {
    const end = this.size + header.length + payload.length;
    if (end > this.#block.length) this.#block = Buffer.concat([this.bytes()], end);
    this.#block.set(header, this.size);
    this.#block.set(payload, this.size + header.length);
  }

  protected keepProgress(): void {}
}
