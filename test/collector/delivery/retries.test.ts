import { lookup } from "node:dns";
import { createServer } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type FaultySink, type SinkAnswer, startFaultySink } from "../../support/faulty-sink.ts";
import {
  firstFailure,
  holdChance,
  holdTime,
  startSpoolProvider,
  stubEnv,
  temporaryFolder,
  until,
} from "../../support/spool-provider.ts";

/** Answers so to the first request, and well to all others. */
const first = (answer: SinkAnswer) => startFaultySink((_request, index) => (index === 0 ? answer : { status: 200 }));

/** Waits for an attempt, and for what became of it. */
async function attempts(sink: FaultySink, processor: { stats(): { lastError?: string | undefined } }, count = 1) {
  await until(() => sink.requests.length >= count && processor.stats().lastError !== undefined);
}

describe("a span is sent again after", () => {
  it.each([408, 425, 429, 500, 502, 503, 504, 507, 520])("a %i, soon", async (status) => {
    holdTime();
    holdChance();
    const sink = await first({ status });
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    vi.advanceTimersByTime(1_000);
    await attempts(sink, processor);
    vi.advanceTimersByTime(499);
    expect(sink.requests).toHaveLength(1);
    vi.advanceTimersByTime(1);
    await until(() => processor.stats().delivered === 1);
    expect(sink.kept).toEqual(["a"]);
    expect(processor.stats()).toMatchObject({ ended: 1, waiting: 0, lastError: undefined, rejected: { byReason: {} } });
  });

  it.each([401, 403, 404, 405, 415, 301, 302, 307, 308])("a %i, slowly", async (status) => {
    holdTime();
    holdChance();
    const sink = await first({ status });
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    vi.advanceTimersByTime(1_000);
    await attempts(sink, processor);
    vi.advanceTimersByTime(9_999);
    expect(sink.requests).toHaveLength(1);
    vi.advanceTimersByTime(1);
    await until(() => processor.stats().delivered === 1);
    expect(sink.kept).toEqual(["a"]);
  });

  it("a connection that is refused", async () => {
    const sink = await startFaultySink();
    await sink.stop();
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    expect(await firstFailure(processor)).toMatch("ECONNREFUSED");
    await sink.start();
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a"]);
  });

  it("a failure of any kind, from memory too", async () => {
    stubEnv({ VITRINE_SPOOL: temporaryFolder() });
    const sink = await first({ status: 503 });
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, spool: false });
    end("a", "b");
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a", "b"]);
    expect(processor.stats()).toMatchObject({ ended: 2, stored: 0, delivered: 2, waiting: 0 });
  });

  it("a reset before it was stored", async () => {
    const sink = await first("reset");
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a"]);
  });

  it("a reset after it was stored: it arrives twice, with the same id", async () => {
    const sink = await first("keep, then reset");
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a", "a"]);
    expect(new Set(sink.requests.flatMap(({ spans }) => spans.map(({ spanId }) => spanId))).size).toBe(1);
    expect(processor.stats()).toMatchObject({ ended: 1, delivered: 1 });
  });

  it("a host that has no address", async () => {
    const isNamed = await new Promise((resolve) => lookup("collector.invalid", (error) => resolve(error === null)));
    expect(isNamed, "This network gives every name an address").toBe(false);
    const { end, processor } = startSpoolProvider({ endpoint: "http://collector.invalid:4318" });
    end("a");
    expect(await firstFailure(processor)).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(processor.stats()).toMatchObject({ waiting: 1 });
  });

  it.each(["hang", "trickle"] as const)(
    "an answer that does not come to its end within 10 seconds: %s",
    async (how) => {
      holdTime();
      holdChance();
      const sink = await first(how);
      const { end, processor } = startSpoolProvider({ endpoint: sink.url });
      end("a");
      vi.advanceTimersByTime(1_000);
      await sink.askedAtLeast(1);
      vi.advanceTimersByTime(9_999);
      expect(processor.stats().lastError).toBeUndefined();
      vi.advanceTimersByTime(10);
      await attempts(sink, processor);
      expect(processor.stats().lastError).toMatch(/^no answer within 1000\d ms$/);
      vi.advanceTimersByTime(500);
      await until(() => processor.stats().delivered === 1);
      expect(sink.kept).toEqual(["a"]);
    },
  );

  it("a connection that is taken, and never spoken on", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void silent.close());
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : 0;
    stubEnv({ OTEL_EXPORTER_OTLP_TIMEOUT: "50" });
    const { end, processor } = startSpoolProvider({ endpoint: `https://127.0.0.1:${port}` });
    end("a");
    expect(await firstFailure(processor)).toMatch("no answer within 50 ms");
  });

  it.each([
    ["OTEL_EXPORTER_OTLP_TIMEOUT", { OTEL_EXPORTER_OTLP_TIMEOUT: "40" }],
    ["the variable for traces", { OTEL_EXPORTER_OTLP_TIMEOUT: "60000", OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: "40" }],
  ])("the time that %s names", async (_, env) => {
    stubEnv(env);
    const sink = await startFaultySink(() => "hang");
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    expect(await firstFailure(processor)).toMatch("no answer within 40 ms");
  });

  it("a web page in place of an answer: of a login, or a proxy", async () => {
    const sink = await first({ status: 200, headers: { "content-type": "text/html; charset=utf-8" }, isKept: false });
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    expect(await firstFailure(processor)).toMatch("200: the answer is a web page");
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a"]);
  });
});

describe("the waits between attempts", () => {
  it("double up to half a minute, and have no end", async () => {
    holdTime();
    holdChance();
    const sink = await startFaultySink((_request, index) => ({ status: index < 50 ? 503 : 200, body: `no. ${index}` }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    vi.advanceTimersByTime(1_000);
    const waits: number[] = [];
    for (let count = 1; count <= 50; count += 1) {
      await until(() => processor.stats().lastError === `503: no. ${count - 1}`);
      const begin = Date.now();
      vi.advanceTimersToNextTimer();
      waits.push(Date.now() - begin);
    }
    await until(() => processor.stats().delivered === 1);
    expect(waits.slice(0, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(waits).toHaveLength(50);
    expect(Math.max(...waits)).toBe(30_000);
    expect(sink.kept).toEqual(["a"]);
  });

  it.each([
    ["seconds", () => "120", 120_000],
    ["a date", () => new Date(Date.now() + 120_000).toUTCString(), 119_000],
  ])("are what the destination asks for, longer than everything: %s", async (_, retryAfter, atLeastMs) => {
    holdTime();
    holdChance();
    const sink = await startFaultySink((_request, index) =>
      index === 0 ? { status: 503, headers: { "retry-after": retryAfter() } } : { status: 200 },
    );
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    vi.advanceTimersByTime(1_000);
    await attempts(sink, processor);
    vi.advanceTimersByTime(atLeastMs - 1);
    expect(sink.requests).toHaveLength(1);
    vi.advanceTimersByTime(1_001);
    await until(() => processor.stats().delivered === 1);
    expect(sink.kept).toEqual(["a"]);
  });

  it("are kept by forceFlush too, where the destination asked for them", async () => {
    const sink = await startFaultySink(() => ({ status: 429, headers: { "retry-after": "60" } }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    expect(await firstFailure(processor)).toMatch("429");
    await expect(processor.forceFlush({ timeoutMs: 100 })).rejects.toThrow("429");
    expect(sink.requests).toHaveLength(1);
  });

  it("end with the first success, and begin anew", async () => {
    holdTime();
    holdChance();
    const sink = await startFaultySink((_request, index) => ({
      status: index === 3 ? 200 : 503,
      body: `no. ${index}`,
    }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    vi.advanceTimersByTime(1_000);
    for (const [count, waitMs] of [
      [1, 500],
      [2, 1_000],
      [3, 2_000],
    ] as const) {
      await until(() => processor.stats().lastError === `503: no. ${count - 1}`);
      vi.advanceTimersByTime(waitMs);
    }
    await until(() => processor.stats().delivered === 1);
    end("b");
    vi.advanceTimersByTime(1_000);
    await until(() => processor.stats().lastError === "503: no. 4");
    vi.advanceTimersByTime(500);
    await sink.askedAtLeast(6);
    expect(sink.kept).toEqual(["a"]);
  });
});

describe("a batch that always fails, although others are taken,", () => {
  it("keeps no other one back, and is tried on", async () => {
    const sink = await startFaultySink(({ spans }) => ({ status: spans[0]?.name === "cursed" ? 500 : 200 }));
    const { endLarge, processor } = startSpoolProvider({ endpoint: sink.url });
    endLarge("cursed", 600_000);
    for (const name of ["a", "b", "c", "d", "e", "f"]) endLarge(name, 600_000);
    expect(await firstFailure(processor)).toMatch("500");
    await until(() => processor.stats().delivered === 6);
    expect(sink.kept.toSorted()).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(processor.stats()).toMatchObject({ ended: 7, waiting: 1, lastError: "500" });
    sink.answer = () => ({ status: 200 });
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ delivered: 7, waiting: 0, lastError: undefined });
  });
});
