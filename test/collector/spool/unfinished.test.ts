import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { encodeSpan } from "../../../src/collector/otlp/encode-span.ts";
import { isSpan, type NewRecord, RECORD } from "../../../src/collector/spool/record.ts";
import type { Spool } from "../../../src/collector/spool/spool.ts";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { startSpoolProvider, temporaryFolder } from "../../support/spool-provider.ts";
import { decodeRequest } from "../otlp/decode-request.ts";
import { CONTEXT, pathOf, spanWith } from "../otlp/small-spans.ts";
import { deliver, disown, filesBelow, openSpool } from "./spools.ts";

const IDS = { a: "aaaaaaaaaaaaaaaa", b: "bbbbbbbbbbbbbbbb", c: "cccccccccccccccc" };

function recordOf(name: keyof typeof IDS, kind: number, size = 0): NewRecord {
  const spanId = IDS[name];
  const attributes = { text: "x".repeat(size) };
  const span = spanWith({ name, spanContext: () => ({ ...CONTEXT, spanId }), attributes, status: { code: 0 } });
  return { kind, spanId, payload: Buffer.from(encodeSpan(span)) };
}

/** The spans that stand in a spool, with their status. */
async function spansOf(spool: Spool): Promise<string[]> {
  const found: string[] = [];
  for (const segment of spool.segments) {
    for (const { payload } of (await segment.read(0)).records.filter(isSpan)) {
      const path = ["resourceSpans", 0, "scopeSpans", 0, "spans", 0];
      const { name, status } = Object(pathOf(decodeRequest(payload), path));
      found.push(`${name} ${status?.code ?? 0} ${status?.message ?? ""}`.trim());
    }
  }
  return found.toSorted();
}

const FAILED = "2 The process ended before this span did.";

describe("spans that never ended", () => {
  it("are reported as failed by the next start, which counts them as taken over", async () => {
    const directory = temporaryFolder();
    const { spool: owner } = openSpool({ directory });
    for (const name of ["a", "b", "c"] as const) owner.append(recordOf(name, RECORD.started));
    owner.append(recordOf("b", RECORD.span));
    disown(directory);
    const { spool, told } = openSpool({ directory, started: true });
    await spool.takeOver();
    expect(await spansOf(spool)).toEqual([`a ${FAILED}`, "b 0", `c ${FAILED}`]);
    expect(told).toEqual(["took over 1 and 2 unfinished"]);
  });

  it("end when their process wrote last", async () => {
    const directory = temporaryFolder();
    const { spool: owner } = openSpool({ directory });
    owner.append(recordOf("a", RECORD.started));
    const wrote = new Date("2026-01-02T03:04:05.500Z");
    for (const path of filesBelow(directory)) if (path.endsWith(".spans")) utimesSync(path, wrote, wrote);
    disown(directory);
    const { spool } = openSpool({ directory, started: true });
    await spool.takeOver();
    const last = (await spool.active?.read(0))?.records.at(-1);
    const path = ["resourceSpans", 0, "scopeSpans", 0, "spans", 0, "endTimeUnixNano"];
    expect(pathOf(decodeRequest(last?.payload ?? Buffer.alloc(0)), path)).toBe(BigInt(wrote.getTime()) * 1_000_000n);
  });

  it("are reported once: an heir of the heir sees that they are", async () => {
    const directory = temporaryFolder();
    openSpool({ directory }).spool.append(recordOf("a", RECORD.started));
    disown(directory);
    const { spool: first } = openSpool({ directory, started: true });
    await first.takeOver();
    deliver(first.segments);
    disown(directory);
    const { spool: second, told } = openSpool({ directory, started: true });
    await second.takeOver();
    expect(await spansOf(second)).toEqual([`a ${FAILED}`]);
    expect(told).toEqual(["took over 2 and 0 unfinished"]);
  });

  it("are not looked for unless it is wished", async () => {
    const directory = temporaryFolder();
    openSpool({ directory }).spool.append(recordOf("a", RECORD.started));
    disown(directory);
    const { spool } = openSpool({ directory });
    await spool.takeOver();
    expect(await spansOf(spool)).toEqual([]);
  });

  it("are none of those that ended in a later segment", async () => {
    const directory = temporaryFolder();
    const { spool: owner } = openSpool({ directory });
    owner.append(recordOf("a", RECORD.started));
    owner.append(recordOf("b", RECORD.span, 1_100_000));
    owner.append(recordOf("a", RECORD.span));
    disown(directory);
    const { spool } = openSpool({ directory, started: true });
    await spool.takeOver();
    expect(await spansOf(spool)).toEqual(["a 0", "b 0"]);
  });

  it.each(["is gone", "is damaged"])("are not guessed where a segment in which they may have ended %s", async (how) => {
    const directory = temporaryFolder();
    const { spool: owner } = openSpool({ directory });
    owner.append(recordOf("a", RECORD.started));
    owner.append(recordOf("b", RECORD.span, 1_100_000));
    owner.append(recordOf("c", RECORD.started, 1_100_000));
    const [, second] = owner.segments;
    const path = filesBelow(directory).find((file) => file.endsWith(`${second?.facts.name}.spans`)) ?? "";
    if (how === "is gone") rmSync(path);
    else writeFileSync(path, Buffer.alloc(500), { flag: "r+" });
    disown(directory);
    const { spool } = openSpool({ directory, started: true });
    await spool.takeOver();
    expect((await spansOf(spool)).filter((name) => name.includes(FAILED))).toEqual([`c ${FAILED}`]);
  });

  it("reach the collector, through a processor that notes starts", async () => {
    const sink = await startFaultySink();
    const directory = temporaryFolder();
    const first = startSpoolProvider({ endpoint: sink.url, spool: { directory, started: true } });
    const tracer = first.provider.getTracer("test");
    tracer.startSpan("open");
    tracer.startSpan("ended").end();
    disown(directory);
    const next = startSpoolProvider({ endpoint: sink.url, spool: { directory, started: true } });
    await vi.waitFor(async () => {
      await next.processor.forceFlush();
      expect([...new Set(sink.kept)].toSorted()).toEqual(["ended", "open"]);
    }, 30_000);
  });
});
