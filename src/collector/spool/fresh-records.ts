import { HEADER_BYTES, type NewRecord, type ReadRecords, type SpoolRecord } from "./record.ts";
import { giveBlock, takeBlock } from "./block.ts";

/**
 * Holds once more what a process has just written to a file: most of it is sent soon, and need not be read and checked for that.
 *
 * Payloads lie one behind another, so that those of a batch can be sent as they lie.
 */
export class FreshRecords {
  readonly #block = takeBlock();
  readonly #records: Fresh[] = [];
  #length = 0;

  /** Takes a record that was written to a place in the file; gives whether there was room for it. */
  add({ kind, spanId, payload }: NewRecord, start: number): boolean {
    const { length } = payload;
    if (this.#length + length > this.#block.length) return false;
    this.#block.set(payload, this.#length);
    this.#records.push({ kind, spanId, at: this.#length, length, start });
    this.#length += length;
    return true;
  }

  /** Gives the records from a place on, as views. */
  since(start: number): ReadRecords {
    const records = this.#records.filter((record) => record.start >= start).map((record) => this.#view(record));
    return { records, damage: [], end: records.at(-1)?.end ?? start };
  }

  /** Gives the memory to the next: once nobody reads what was given. */
  release(): void {
    giveBlock(this.#block);
  }

  #view({ kind, spanId, at, length, start }: Fresh): SpoolRecord {
    return { kind, spanId, payload: this.#block.subarray(at, at + length), start, end: start + HEADER_BYTES + length };
  }
}

/** A record, and where its payload lies. */
interface Fresh {
  readonly kind: number;
  readonly spanId: string;
  readonly at: number;
  readonly length: number;
  /** Where it begins in its file. */
  readonly start: number;
}
