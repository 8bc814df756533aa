import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Account } from "../../../src/collector/account.ts";
import { destinationId } from "../../../src/collector/delivery/destination.ts";
import { createDestinations } from "../../../src/collector/destinations.ts";
import { encodeSpan } from "../../../src/collector/otlp/encode-span.ts";
import { MemorySegment } from "../../../src/collector/spool/memory-segment.ts";
import { RECORD, readRecords, recordHeader } from "../../../src/collector/spool/record.ts";
import { REJECTED_FOLDER, setAside } from "../../../src/collector/spool/set-aside.ts";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { startSpoolProvider, temporaryFolder } from "../../support/spool-provider.ts";
import { CONTEXT, spanWith } from "../otlp/small-spans.ts";
import { disown, filesBelow, openSpool } from "./spools.ts";

const REFUSAL = { url: "http://collector/v1/traces", reason: "400: no" };

describe("what will not be delivered", () => {
  it("lies in a folder of the spool, with its name and the reason", () => {
    const directory = temporaryFolder();
    const payload = Buffer.from(encodeSpan(spanWith({ name: "refused" })));
    const { path } = setAside(directory, payload, REFUSAL);
    const { traceId, spanId } = { traceId: CONTEXT.traceId.toLowerCase(), spanId: CONTEXT.spanId };
    expect(path).toBe(join(directory, REJECTED_FOLDER, `${traceId}-${spanId}`));
    expect(readFileSync(`${path}.otlp`)).toEqual(payload);
    expect(JSON.parse(readFileSync(`${path}.json`, "utf8"))).toEqual({
      traceId,
      spanId,
      name: "refused",
      ...REFUSAL,
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it("is bounded: past 64 MB the oldest half goes", () => {
    const directory = temporaryFolder();
    let removed = 0;
    for (let index = 0; index < 70; index += 1) {
      const spanId = index.toString(16).padStart(16, "0");
      const attributes = { text: "x".repeat(1_000_000) };
      const span = spanWith({ spanContext: () => ({ ...CONTEXT, spanId }), attributes });
      removed += setAside(directory, Buffer.from(encodeSpan(span)), REFUSAL).removed;
    }
    const folder = join(directory, REJECTED_FOLDER);
    expect(removed).toBe(70 - readdirSync(folder).filter((name) => name.endsWith(".otlp")).length);
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeGreaterThan(32_000_000);
    expect(bytes).toBeLessThan(64 << 20);
    expect(readdirSync(folder).filter((name) => name.endsWith("0000000045.otlp"))).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => name.endsWith("0000000000.otlp"))).toEqual([]);
  });

  it("is counted when it goes, and people are told of it once", () => {
    const directory = temporaryFolder();
    const lines: string[] = [];
    const [destination] = createDestinations({ endpoint: "http://a.test" }, {});
    const say = (line: string) => void lines.push(line);
    const account = new Account({ destination, directory, place: directory, say, countWaiting: () => 0 });
    const segment = new MemorySegment({ name: "test", beganAtMs: 0, destinations: [destination.id] });
    const [record] = readRecords(segmentWith(spanWith({ name: "refused" }))).records;
    if (record === undefined) throw new Error("There is no record");
    for (const name of ["one.otlp", "two.otlp"]) {
      mkdirSync(join(directory, REJECTED_FOLDER), { recursive: true });
      writeFileSync(join(directory, REJECTED_FOLDER, name), "");
      truncateSync(join(directory, REJECTED_FOLDER, name), 65 << 20);
    }
    account.refused(segment, record, "400: no");
    account.damaged(segment, Buffer.alloc(40 << 20), 1);
    account.damaged(segment, Buffer.alloc(40 << 20), 2);
    expect(account.removed).toBe(4);
    expect(lines.filter((line) => line.includes("was full"))).toEqual([
      `${join(directory, REJECTED_FOLDER)} was full: its oldest half, 2 spans, is removed, and so it goes on.`,
    ]);
  });

  it("is a damaged record too: its bytes, named by their segment and place; all others are delivered", async () => {
    const sink = await startFaultySink();
    const directory = temporaryFolder();
    const { spool } = openSpool({ directory, to: [destinationId(`${sink.url}/v1/traces`)] });
    for (const [index, name] of ["a", "b", "c"].entries()) {
      const spanId = `${index}`.padStart(16, "0");
      const span = spanWith({ name, spanContext: () => ({ ...CONTEXT, spanId }) });
      spool.append({ kind: RECORD.span, spanId, payload: encodeSpan(span) });
    }
    const path = filesBelow(directory).find((file) => file.endsWith(".spans")) ?? "";
    const bytes = readFileSync(path);
    const { start = 0, end = 0 } = readRecords(bytes).records[2] ?? {};
    bytes.fill(0, end - 9, end);
    writeFileSync(path, bytes);
    disown(directory);
    startSpoolProvider({ endpoint: sink.url, spool: { directory } });
    await sink.keptAtLeast(2);
    expect(sink.kept).toEqual(["a", "c"]);
    const [name = "", ...others] = readdirSync(join(directory, REJECTED_FOLDER));
    expect(others).toEqual([]);
    expect(name).toContain(spool.segments[0]?.facts.name);
    expect(name).toContain(`-${start}`);
    expect(readFileSync(join(directory, REJECTED_FOLDER, name))).toEqual(bytes.subarray(start, end));
  });
});

function segmentWith(span: Parameters<typeof encodeSpan>[0]): Buffer {
  const record = { kind: RECORD.span, spanId: CONTEXT.spanId, payload: encodeSpan(span) };
  return Buffer.concat([recordHeader(record), record.payload]);
}
