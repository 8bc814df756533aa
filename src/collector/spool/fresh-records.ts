import { HEADER_BYTES, type NewRecord, type ReadRecords, type SpoolRecord } from "./record.ts";
import { giveBlock, takeBlock } from "./block.ts";

/**
 * Holds once more what a process has just written to a file: most of it is sent soon, and need not be read and checked for that.
 *
 * Payloads lie one behind another, so that those of a batch can be sent as they lie.
 */
export class FreshRecords {
  readonly #block = takeBlock();
  readonly #records: SpoolRecord[] = [];
  #length = 0;

  /** Takes a record that was written to a place in the file; gives whether there was room for it. */
  add({ kind, spanId, payload }: NewRecord, start: number): boolean {
    const end = this.#length + payload.length;
    if (end > this.#block.length) return false;
    this.#block.set(payload, this.#length);
    const own = this.#block.subarray(this.#length, end);
    this.#records.push({ kind, spanId, payload: own, start, end: start + HEADER_BYTES + payload.length });
    this.#length = end;
    return true;
  }

  /** Gives the records from a place on, as views. */
  since(start: number): ReadRecords {
    const records = this.#records.filter((record) => record.start >= start);
    return { records, damage: [], end: this.#records.at(-1)?.end ?? start };
  }

  /** Gives the memory to the next: once nobody reads what was given. */
  release(): void {
    giveBlock(this.#block);
  }
}
