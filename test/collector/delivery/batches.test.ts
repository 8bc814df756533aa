import { describe, expect, it, vi } from "vitest";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { holdTime, keepStderr, startSpoolProvider, stubEnv, until } from "../../support/spool-provider.ts";

const names = (count: number) => Array.from({ length: count }, (_, index) => `span ${index}`);

describe("batches", () => {
  it("are one request of protobuf for several spans", async () => {
    const sink = await startFaultySink();
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a", "b", "c");
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a", "b", "c"]);
    expect(sink.requests).toHaveLength(1);
    expect(sink.requests[0]).toMatchObject({
      path: "/v1/traces",
      headers: { "content-type": "application/x-protobuf" },
    });
  });

  it("are sent when they hold a megabyte, without waiting for time", async () => {
    holdTime();
    const sink = await startFaultySink();
    const { endLarge } = startSpoolProvider({ endpoint: sink.url });
    for (const name of names(11)) endLarge(name, 100_000);
    await sink.keptAtLeast(9);
    // What does not fill a batch waits.
    expect(sink.kept).toEqual(names(sink.kept.length));
    expect(sink.kept.length).toBeLessThan(11);
    expect(sink.requests[0]?.body.length).toBeLessThan(1_100_000);
  });

  it("are sent after a second, however small", async () => {
    holdTime();
    const sink = await startFaultySink();
    const { end } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    expect(sink.requests).toEqual([]);
    end("b");
    vi.advanceTimersByTime(1_000);
    await sink.keptAtLeast(2);
    expect(sink.requests).toHaveLength(1);
  });

  it("holds a span that is larger than a batch alone", async () => {
    const sink = await startFaultySink();
    const { end, endLarge, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    endLarge("huge", 6_000_000);
    end("b");
    await processor.forceFlush();
    expect(sink.kept.toSorted()).toEqual(["a", "b", "huge"]);
    expect(sink.requests.filter(({ body }) => body.length > 6_000_000).map(({ spans }) => spans.length)).toEqual([1]);
  });

  it("are compressed above 16 KB, and arrive as they were", async () => {
    const sink = await startFaultySink();
    const { endLarge, processor } = startSpoolProvider({ endpoint: sink.url });
    endLarge("large", 20_000);
    await processor.forceFlush();
    const [request] = sink.requests;
    expect(request?.headers["content-encoding"]).toBe("gzip");
    expect(request?.bytes).toBeLessThan(1_000);
    expect(request?.body.includes("x".repeat(20_000))).toBe(true);
    expect(request?.headers["content-length"]).toBe(String(request?.bytes));
  });

  it("are not compressed below", async () => {
    const sink = await startFaultySink();
    const { endLarge, processor } = startSpoolProvider({ endpoint: sink.url });
    endLarge("small", 15_000);
    await processor.forceFlush();
    expect(sink.requests[0]?.headers).not.toHaveProperty("content-encoding");
  });

  it.each([
    ["an option", { compression: "none" } as const, {}],
    ["OTEL_EXPORTER_OTLP_COMPRESSION", {}, { OTEL_EXPORTER_OTLP_COMPRESSION: "none" }],
    [
      "the variable for traces",
      {},
      { OTEL_EXPORTER_OTLP_COMPRESSION: "gzip", OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: "none" },
    ],
  ])("are not compressed where %s says so", async (_, options, env) => {
    stubEnv(env);
    const sink = await startFaultySink();
    const { endLarge, processor } = startSpoolProvider({ endpoint: sink.url, ...options });
    endLarge("large", 20_000);
    await processor.forceFlush();
    expect(sink.requests[0]?.headers).not.toHaveProperty("content-encoding");
  });
});

describe("connections", () => {
  it("are kept open: several requests come by one", async () => {
    const sink = await startFaultySink();
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    for (const name of names(4)) {
      end(name);
      await processor.forceFlush();
    }
    expect(sink.requests).toHaveLength(4);
    expect(new Set(sink.requests.map(({ socket }) => socket)).size).toBe(1);
  });

  it("cost neither a span nor a word when the server closes them between requests", async () => {
    const sink = await startFaultySink();
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    for (const name of names(20)) {
      end(name);
      await processor.forceFlush();
      // The client learns of it at some moment of its next request.
      sink.closeIdle();
    }
    expect(sink.kept).toEqual(names(20));
    expect(processor.stats()).toMatchObject({ delivered: 20, waiting: 0, lastError: undefined });
  });

  it("are made anew, at once and without a word, when one that was kept open turns out to be closed", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink((_request, index) => (index === 1 ? "reset" : { status: 200 }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, quiet: false });
    end("a");
    await processor.forceFlush();
    end("b");
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a", "b"]);
    expect(new Set(sink.requests.map(({ socket }) => socket)).size).toBe(2);
    expect(lines).toEqual([]);
  });

  it("are four at most for one destination", async () => {
    let [open, most] = [0, 0];
    const sink = await startFaultySink(async () => {
      most = Math.max(most, (open += 1));
      // The others come while this one waits: at the latest when all that may come are there.
      await until(() => most === 4);
      open -= 1;
      return { status: 200 };
    });
    const { endLarge, processor } = startSpoolProvider({ endpoint: sink.url });
    for (const name of names(12)) endLarge(name, 600_000);
    await processor.forceFlush();
    expect(sink.kept).toHaveLength(12);
    expect(most).toBe(4);
  });

  it("are one at a time while the destination fails", async () => {
    let [open, most, probes] = [0, 0, 0];
    const sink = await startFaultySink(async (_request, index) => {
      // All four of the first round fail; what comes then is counted.
      if (index < 4) {
        await sink.askedAtLeast(4);
        return { status: 503 };
      }
      most = Math.max(most, (open += 1));
      probes += 1;
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return { status: probes < 4 ? 503 : 200 };
    });
    const { endLarge, processor } = startSpoolProvider({ endpoint: sink.url });
    for (const name of names(8)) endLarge(name, 600_000);
    for (const probe of [1, 2, 3]) {
      await until(() => processor.stats().lastError !== undefined && open === 0);
      // Each one asks at once.
      void processor.forceFlush();
      await until(() => probes >= probe);
    }
    expect(most).toBe(1);
    await processor.forceFlush();
    expect(sink.kept).toHaveLength(8);
  });
});
