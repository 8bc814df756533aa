import { randomBytes } from "node:crypto";
import { FileSegment, type Fsync } from "./file-segment.ts";
import { MemorySegment } from "./memory-segment.ts";
import type { OwnerFolder } from "./owner-folder.ts";
import type { SegmentFacts } from "./segment.ts";
import { segmentName } from "./segment-name.ts";

interface SegmentMakerOptions extends Pick<SegmentFacts, "destinations" | "addresses"> {
  readonly fsync: Fsync;
}

/** Makes the segments of a spool, the next one before it is needed: to make a file takes as long as to write ten spans, and more where the disk is busy. */
export class SegmentMaker {
  readonly #options: SegmentMakerOptions;
  /** Names segments that live in memory. */
  readonly #id = randomBytes(8).toString("hex");
  #number = 0;
  #next: FileSegment | undefined;
  #isAsked = false;

  constructor(options: SegmentMakerOptions) {
    this.#options = options;
  }

  /** Begins a segment in a folder. Errors: throws what the file system says. */
  inFile(folder: OwnerFolder): FileSegment {
    const next = this.#next;
    this.#next = undefined;
    return next ?? this.#create(folder);
  }

  inMemory(): MemorySegment {
    return new MemorySegment(this.#facts(this.#id));
  }

  /** Has the next file made as soon as what goes on now is done. */
  prepare(folder: OwnerFolder): void {
    if (this.#isAsked || this.#next !== undefined) return;
    this.#isAsked = true;
    setImmediate(() => {
      if (this.#isAsked) this.#makeNext(folder);
    });
  }

  /** Removes the file that was made and is not needed. */
  drop(): void {
    this.#isAsked = false;
    this.#next?.remove();
    this.#next = undefined;
  }

  #makeNext(folder: OwnerFolder): void {
    this.#isAsked = false;
    try {
      this.#next = this.#create(folder);
    } catch {
      // When it is needed it is tried again, and told of.
    }
  }

  #create({ path, name }: OwnerFolder): FileSegment {
    return FileSegment.create(path, this.#facts(name), this.#options.fsync);
  }

  #facts(owner: string): SegmentFacts {
    const { destinations, addresses } = this.#options;
    return { name: segmentName(owner, (this.#number += 1)), beganAtMs: Date.now(), destinations, addresses };
  }
}
