import { Segment, type SegmentFacts } from "./segment.ts";

/** No segment is larger, but for one of a single large span. */
const BLOCK_BYTES = 1 << 20;

/** The block of the segment that went last. Left to the garbage collector, which does not hurry, three times as much memory would be held. */
let spareBlock: Buffer | undefined;

/** A segment that lives in memory: where there is no spool, or where the disk refuses. The bytes are those of a file. */
export class MemorySegment extends Segment {
  readonly isOnDisk = false;
  #block = spareBlock ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);

  constructor(facts: SegmentFacts) {
    super(facts);
    spareBlock = undefined;
    this.begin();
  }

  /** Gives a copy: the block may be another segment's before the bytes are sent. */
  async read(start: number): Promise<Buffer> {
    return Buffer.from(this.bytes().subarray(start));
  }

  /** Gives all of it, at once: also when the process is about to end. A view, until the segment is removed. */
  bytes(): Buffer {
    return this.#block.subarray(0, this.size);
  }

  async sync(): Promise<void> {}

  close(): void {}

  protected erase(): void {
    if (this.#block.length === BLOCK_BYTES) spareBlock = this.#block;
    this.#block = Buffer.alloc(0);
  }

  protected write(header: Buffer, payload: Uint8Array): void {
    const end = this.size + header.length + payload.length;
    if (end > this.#block.length) this.#block = Buffer.concat([this.bytes()], end);
    this.#block.set(header, this.size);
    this.#block.set(payload, this.size + header.length);
  }

  protected keepProgress(): void {}
}
