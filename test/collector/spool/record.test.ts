import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HEADER_BYTES, type NewRecord, readRecords, recordHeader } from "../../../src/collector/spool/record.ts";
import { type Fault, faultOf, faults } from "./faults.ts";
import { span } from "./spools.ts";

describe("records", () => {
  it("are a marker, a length, a kind, a checksum, an id, and what they hold", () => {
    const header = recordHeader({ kind: 1, spanId: "00112233445566ff", payload: Buffer.from("123456789") });
    expect(header.toString("hex")).toMatchInlineSnapshot(`"7674723100000009000000016e544b9200112233445566ff"`);
  });

  it("are read as they were written", () => {
    fc.assert(
      fc.property(fc.array(newRecords), (records) => {
        const { records: read, damage, end } = readRecords(bytesOf(records));
        expect(read.map(({ kind, spanId, payload }) => ({ kind, spanId, payload: [...payload] }))).toEqual(
          records.map(({ kind, spanId, payload }) => ({ kind, spanId, payload: [...payload] })),
        );
        expect({ damage, end }).toEqual({ damage: [], end: bytesOf(records).length });
      }),
    );
  });

  it("are read from any of them on", () => {
    const all = bytesOf([span("one"), span("two"), span("three")]);
    const [, second] = readRecords(all).records;
    const { records } = readRecords(all.subarray(second?.start), second?.start);
    expect(records).toEqual(readRecords(all).records.slice(1));
  });

  it.each(["a bit", "a length", "a kind", "an id", "a checksum"])("are damaged by %s that changed", (what) => {
    const bytes = bytesOf([span("before"), span("changed"), span("after")]);
    const { start = 0, end = 0 } = readRecords(bytes).records[1] ?? {};
    const at = { "a bit": HEADER_BYTES, "a length": 7, "a kind": 11, "an id": 16, "a checksum": 12 }[what] ?? 0;
    bytes[start + at] = (bytes[start + at] ?? 0) ^ 1;
    const { records, damage } = readRecords(bytes);
    expect(records.map(({ payload }) => payload.toString())).toEqual(["before", "after"]);
    expect(damage).toEqual([{ bytes: bytes.subarray(start, end), start, end }]);
  });

  it("are cut where the last one was not written to its end", () => {
    const whole = bytesOf([span("whole")]);
    const torn = bytesOf([span("torn")]);
    for (let length = 1; length < torn.length; length += 1) {
      const read = readRecords(Buffer.concat([whole, torn.subarray(0, length)]));
      expect(read).toMatchObject({ records: [{ end: whole.length }], damage: [], end: whole.length });
    }
  });

  it("are none in any other bytes, and nothing is lost of where these lie", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { records, damage, end } = readRecords(Buffer.from(bytes));
        expect(records).toEqual([]);
        expect(damage).toEqual(end === 0 ? [] : [{ bytes: Buffer.from(bytes), start: 0, end: bytes.length }]);
      }),
    );
  });

  it("survive whatever happens to the bytes before and behind them", () => {
    fc.assert(
      fc.property(fc.array(newRecords, { minLength: 1, maxLength: 12 }), faults, (records, choice) => {
        const before = readRecords(bytesOf(records)).records;
        const fault = faultOf(bytesOf(records), choice);
        const after = readRecords(fault.bytes);
        expect(after.records.map(asText)).toEqual(expect.arrayContaining(before.filter(isSpared(fault)).map(asText)));
        expect(before.map(asText)).toEqual(expect.arrayContaining(after.records.map(asText)));
        const parts = [...after.records, ...after.damage].toSorted((a, b) => a.start - b.start);
        expect(parts.map(({ start }) => start)).toEqual([0, ...parts.map(({ end }) => end)].slice(0, parts.length));
      }),
      { numRuns: 1_000 },
    );
  });
});

const newRecords: fc.Arbitrary<NewRecord> = fc.record({
  kind: fc.integer({ min: 0, max: 5 }),
  spanId: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((id) => Buffer.from(id).toString("hex")),
  // The marker, too, stands in what records hold.
  payload: fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.constantFrom("vtr1", "\0\0\0\0"), { maxLength: 30 }).map((words) => Buffer.from(words.join(""))),
  ),
});

function bytesOf(records: readonly NewRecord[]): Buffer {
  return Buffer.concat(records.flatMap((record) => [recordHeader(record), record.payload]));
}

function isSpared({ from, to }: Fault) {
  return ({ start, end }: { readonly start: number; readonly end: number }) => end <= from || start >= to;
}

function asText({ kind, spanId, payload }: NewRecord): string {
  return `${kind} ${spanId} ${Buffer.from(payload).toString("hex")}`;
}
