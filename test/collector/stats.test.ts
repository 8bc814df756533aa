import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Counts } from "../../src/collector/stats.ts";
import { startFaultySink } from "../support/faulty-sink.ts";
import { firstFailure, startSpoolProvider, temporaryFolder } from "../support/spool-provider.ts";

const NOTHING = {
  delivered: 0,
  waiting: 0,
  rejected: { byReason: {}, removed: 0 },
  oldestWaitingMs: 0,
  lastError: undefined,
};

/** Is not asked again for a minute, nor at shutdown. */
const BUSY = { status: 503, headers: { "retry-after": "60" } };

describe("stats()", () => {
  it("is all zeros at the start, with each destination", () => {
    const destinations = [{ endpoint: "http://a.test" }, { endpoint: "http://b.test" }];
    const { processor } = startSpoolProvider({ destinations });
    expect(processor.stats()).toEqual({
      ...NOTHING,
      ended: 0,
      stored: 0,
      takenOver: 0,
      dropped: { byReason: {} },
      bytes: 0,
      destinations: { "http://a.test/v1/traces": NOTHING, "http://b.test/v1/traces": NOTHING },
    });
  });

  it("counts what ended, what stands in files and what waits, before anything is sent", async () => {
    const { end, processor } = startSpoolProvider({ endpoint: "http://127.0.0.1:9" });
    end("a", "b");
    const stats = processor.stats();
    expect(stats).toMatchObject({ ended: 2, stored: 2, delivered: 0, waiting: 2, lastError: undefined });
    expect(stats.bytes).toBeGreaterThan(100);
  });

  it("counts nothing as stored that is in memory", () => {
    const { end, processor } = startSpoolProvider({ endpoint: "http://127.0.0.1:9", spool: false });
    vi.stubEnv("VITRINE_SPOOL", temporaryFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    end("a");
    expect(processor.stats()).toMatchObject({ ended: 1, stored: 0, waiting: 1 });
  });

  it("says for how long the oldest batch waits, and nothing when it is delivered", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const sink = await startFaultySink(() => ({ status: 503 }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    await firstFailure(processor);
    vi.setSystemTime(Date.now() + 90_000);
    const { oldestWaitingMs } = processor.stats();
    expect(oldestWaitingMs).toBeGreaterThanOrEqual(90_000);
    expect(oldestWaitingMs).toBeLessThan(150_000);
    sink.answer = () => ({ status: 200 });
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ oldestWaitingMs: 0, delivered: 1 });
  });

  it("is of the destination that is furthest behind, in the whole", async () => {
    const [up, down] = [await startFaultySink(), await startFaultySink(() => ({ status: 503, body: "no room" }))];
    const { end, processor } = startSpoolProvider({ destinations: [{ endpoint: up.url }, { endpoint: down.url }] });
    end("a");
    await firstFailure(processor);
    await up.keptAtLeast(1);
    expect(processor.stats()).toMatchObject({ delivered: 0, waiting: 1, lastError: "503: no room" });
  });

  it("counts what a process that is no more had left apart from what ended here", async () => {
    const sink = await startFaultySink(() => BUSY);
    const directory = temporaryFolder();
    const before = startSpoolProvider({ endpoint: sink.url, spool: { directory } });
    before.end("a", "b");
    await firstFailure(before.processor);
    await before.processor.shutdown({ timeoutMs: 1 });
    sink.answer = () => ({ status: 200 });
    const after = startSpoolProvider({ endpoint: sink.url, spool: { directory } });
    after.end("c");
    await after.processor.forceFlush();
    expect(sink.kept.toSorted()).toEqual(["a", "b", "c"]);
    expect(after.processor.stats()).toMatchObject({ ended: 1, stored: 1, takenOver: 2, delivered: 3, waiting: 0 });
  });

  it("counts what is removed from rejected/, so that more has room there", async () => {
    const sink = await startFaultySink(() => ({ status: 400 }));
    const { end, directory, processor } = startSpoolProvider({ endpoint: sink.url });
    mkdirSync(join(directory, "rejected"));
    for (const name of ["one.otlp", "two.otlp"]) {
      writeFileSync(join(directory, "rejected", name), "");
      truncateSync(join(directory, "rejected", name), 65 << 20);
    }
    end("a");
    await processor.forceFlush();
    const rejected = { byReason: { "400": 1 }, removed: 2 };
    expect(processor.stats()).toMatchObject({ rejected, destinations: { [`${sink.url}/v1/traces`]: { rejected } } });
  });
});

describe("Counts", () => {
  it("adds up by reason", () => {
    const counts = new Counts();
    counts.add("full", 2);
    counts.add("old", 1);
    counts.add("full", 3);
    expect(counts.byReason).toEqual({ full: 5, old: 1 });
    expect(counts.total).toBe(6);
  });
});
