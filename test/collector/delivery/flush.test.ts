import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type SinkAnswer, startFaultySink } from "../../support/faulty-sink.ts";
import { firstFailure, keepStderr, startSpoolProvider, temporaryFolder, until } from "../../support/spool-provider.ts";
import { deferred } from "../deferred.ts";
import { filesBelow } from "../spool/spools.ts";

describe("forceFlush", () => {
  it("waits for what is in flight already", async () => {
    const answer = deferred<SinkAnswer>();
    const sink = await startFaultySink(async () => answer.promise);
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    const first = processor.forceFlush();
    await sink.askedAtLeast(1);
    let isSecondDone = false;
    const second = processor.forceFlush().then(() => (isSecondDone = true));
    await until(() => sink.requests.length === 1);
    expect(isSecondDone).toBe(false);
    answer.resolve({ status: 200 });
    await Promise.all([first, second]);
    expect(sink.kept).toEqual(["a"]);
  });

  it("sends what ended while its batch was in flight", async () => {
    const sink = await startFaultySink();
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    sink.answer = (_request, index) => {
      if (index === 0) end("b");
      return { status: 200 };
    };
    end("a");
    await processor.forceFlush();
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a", "b"]);
    expect(processor.stats()).toMatchObject({ ended: 2, delivered: 2, waiting: 0 });
  });

  it("is not kept waiting by spans that go on ending", async () => {
    const sink = await startFaultySink();
    const { end, endLarge, processor } = startSpoolProvider({ endpoint: sink.url });
    sink.answer = (_request, index) => {
      if (index < 30) endLarge("more", 900_000);
      return { status: 200 };
    };
    end("a");
    await processor.forceFlush();
    expect(sink.kept).toContain("a");
    expect(sink.requests.length).toBeLessThan(10);
  });

  it("goes on with what ended last as soon as one request of many has its answer", async () => {
    const answer = deferred<SinkAnswer>();
    const sink = await startFaultySink(async (_request, index) =>
      index === 0 ? answer.promise : index < 4 ? "hang" : { status: 200 },
    );
    const { end, endLarge, processor } = startSpoolProvider({ endpoint: sink.url });
    for (const name of ["a", "b", "c", "d"]) endLarge(name, 1_100_000);
    end("small");
    await sink.askedAtLeast(4);
    void processor.forceFlush().catch(() => {});
    answer.resolve({ status: 200 });
    await until(() => sink.kept.includes("small"));
    expect(sink.requests).toHaveLength(5);
  });

  it("resolves at once when there is nothing to send", async () => {
    const { processor } = startSpoolProvider({ endpoint: "http://127.0.0.1:9" });
    await processor.forceFlush({ timeoutMs: 1_000_000 });
    expect(processor.stats()).toMatchObject({ ended: 0, waiting: 0, lastError: undefined });
  });

  it("rejects in time, and names address, reason and place", async () => {
    const sink = await startFaultySink(() => ({ status: 503, body: "no room" }));
    const { end, processor, directory } = startSpoolProvider({ endpoint: sink.url });
    end("a", "b");
    await firstFailure(processor);
    await expect(processor.forceFlush({ timeoutMs: 20 })).rejects.toThrow(
      `Spans could not be sent within 20 ms: ${sink.url}/v1/traces does not take them (503: no room). Not sent yet, and kept in ${directory}: 2 spans.`,
    );
  });

  it("rejects in time when the destination says nothing", async () => {
    const sink = await startFaultySink(() => "hang");
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    await expect(processor.forceFlush({ timeoutMs: 20 })).rejects.toThrow("(no answer yet to 1 request)");
  });

  it("rejects in time, and says so, when other requests are all that the destination is asked at once", async () => {
    const sink = await startFaultySink(() => "hang");
    const { endLarge, end, processor } = startSpoolProvider({ endpoint: sink.url });
    for (const name of ["a", "b", "c", "d"]) endLarge(name, 1_100_000);
    end("behind them");
    await sink.askedAtLeast(4);
    await expect(processor.forceFlush({ timeoutMs: 20 })).rejects.toThrow(
      `${sink.url}/v1/traces does not take them (no answer yet to 4 requests)`,
    );
  });

  it("goes on trying until its time is over, and resolves when the destination is back", async () => {
    const sink = await startFaultySink(() => ({ status: 503 }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    const flushed = processor.forceFlush();
    await until(() => processor.stats().lastError !== undefined);
    sink.answer = () => ({ status: 200 });
    await flushed;
    expect(sink.kept).toEqual(["a"]);
  });

  it("waits for what is written once more, when somebody has removed the file under it", async () => {
    const sink = await startFaultySink();
    const { end, processor, directory } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    await processor.forceFlush();
    for (const path of filesBelow(directory).filter((name) => name.endsWith(".spans"))) rmSync(path);
    end("b");
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a", "b"]);
    expect(processor.stats()).toMatchObject({ ended: 2, delivered: 2, waiting: 0, dropped: { byReason: {} } });
  });

  it("rejects when some of it is crowded out of the spool", async () => {
    const answer = deferred<SinkAnswer>();
    const sink = await startFaultySink(async () => answer.promise);
    const { endLarge, processor } = startSpoolProvider({ endpoint: sink.url, spool: { maxBytes: 2_000_000 } });
    endLarge("lost", 900_000);
    const flushed = processor.forceFlush();
    flushed.catch(() => {});
    await sink.askedAtLeast(1);
    for (const name of ["second", "third", "fourth"]) endLarge(name, 900_000);
    answer.resolve({ status: 200 });
    await expect(flushed).rejects.toThrow(
      /^Spans could not be sent within 30000 ms: .*[12] spans? went before delivery \(spool full\)/,
    );
    expect(processor.stats().dropped.byReason).toMatchObject({ "spool full": expect.any(Number) });
  });

  it("may be called twice at once: each span is sent once", async () => {
    const sink = await startFaultySink();
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a", "b");
    await Promise.all([processor.forceFlush(), processor.forceFlush()]);
    expect(sink.kept).toEqual(["a", "b"]);
    expect(sink.requests).toHaveLength(1);
  });

  it("leaves nothing behind on its way out: thousands of calls keep no memory of each other", async () => {
    const sink = await startFaultySink();
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    await Promise.all(Array.from({ length: 2_000 }, async () => processor.forceFlush()));
    expect(sink.requests).toHaveLength(1);
  });
});

describe("shutdown", () => {
  it("sends what waits", async () => {
    const sink = await startFaultySink();
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    await processor.shutdown();
    expect(sink.kept).toEqual(["a"]);
  });

  it("resolves in time when the destination hangs, and says where the rest is", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink(() => "hang");
    const { end, processor, directory } = startSpoolProvider({ endpoint: sink.url, quiet: false });
    end("a");
    await processor.shutdown({ timeoutMs: 20 });
    expect(lines).toEqual([
      `vitrine: Not sent yet, and kept in ${directory}: 1 span. The next start sends them, or vitrine deliver.\n`,
    ]);
  });

  it("may be called again", async () => {
    const lines = keepStderr();
    const { end, processor } = startSpoolProvider({ endpoint: "http://127.0.0.1:9", quiet: false });
    end("a");
    await Promise.all([processor.shutdown({ timeoutMs: 50 }), processor.shutdown()]);
    await processor.shutdown();
    expect(lines.filter((line) => line.includes("Not sent yet"))).toHaveLength(1);
  });

  it("ends a forceFlush that waits: it rejects, for not all was sent", async () => {
    const sink = await startFaultySink(() => "hang");
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    const flushed = processor.forceFlush().catch((error: unknown) => error);
    await processor.shutdown({ timeoutMs: 20 });
    expect(await flushed).toMatchObject({ message: expect.stringContaining("does not take them") });
  });

  it("closes its connections", async () => {
    const sink = await startFaultySink();
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    await processor.shutdown();
    await until(() => sink.requests[0]?.socket.destroyed === true);
    expect(sink.kept).toEqual(["a"]);
  });

  it("is not the end of keeping: what ends later is delivered by the next start", async () => {
    const sink = await startFaultySink();
    const directory = temporaryFolder();
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, spool: { directory } });
    end("a");
    await processor.shutdown();
    end("b");
    expect(processor.stats()).toMatchObject({ ended: 2, stored: 2, delivered: 1, waiting: 1 });
    expect(sink.kept).toEqual(["a"]);
    await expect(processor.forceFlush({ timeoutMs: 60_000 })).rejects.toThrow(directory);
  });
});
