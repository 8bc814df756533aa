import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createNotices, spansInWords } from "../../src/collector/notices.ts";
import { startFaultySink } from "../support/faulty-sink.ts";
import { firstFailure, keepStderr, startSpoolProvider, until } from "../support/spool-provider.ts";

describe("what is said on stderr", () => {
  it("is nothing while all goes well", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink();
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, quiet: false });
    end("a", "b");
    await processor.forceFlush();
    await processor.shutdown();
    expect(lines).toEqual([]);
  });

  it("is one line at the first failure and one at recovery, however often it failed between", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink((_request, index) => ({ status: index < 3 ? 503 : 200, body: "no room" }));
    const { end, processor, directory } = startSpoolProvider({ endpoint: sink.url, quiet: false });
    end("a", "b");
    await processor.forceFlush();
    expect(sink.requests).toHaveLength(4);
    expect(lines).toEqual([
      `vitrine: ${sink.url}/v1/traces does not take spans (503: no room). Waiting in ${directory} until it does: 2 spans.\n`,
      expect.stringMatching(/^vitrine: http:\S+ takes spans again, after \d+ s\.\n$/),
    ]);
  });

  it("is said again at the next outage", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink((_request, index) => ({ status: index % 2 === 0 ? 503 : 200 }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, quiet: false });
    end("a");
    await processor.forceFlush();
    end("b");
    await processor.forceFlush();
    expect(lines.map((line) => line.includes("again"))).toEqual([false, true, false, true]);
  });

  it("names a span that is refused, once", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink(() => ({ status: 422, body: "no such thing" }));
    const { end, processor, directory } = startSpoolProvider({ endpoint: sink.url, quiet: false });
    end("a", "b", "c");
    await processor.forceFlush();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      `vitrine: ${sink.url}/v1/traces refuses a span: 422: no such thing. It lies in ${directory}/rejected/`,
    );
  });

  it("tells of a spool that is full, once", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink(() => "hang");
    const options = { endpoint: sink.url, quiet: false, spool: { maxBytes: 1_500_000 } };
    const { endLarge, processor } = startSpoolProvider(options);
    for (let index = 0; index < 6; index += 1) endLarge(`span ${index}`, 900_000);
    expect(processor.stats().dropped.byReason["spool full"]).toBeGreaterThan(1);
    expect(lines).toEqual(["vitrine: Gone before delivery: 1 span (spool full). stats() counts what follows.\n"]);
  });

  it("tells of a folder that cannot be written, once, and keeps the spans in memory", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink();
    // A file where the folder should be: also root cannot write there.
    const { end, processor } = startSpoolProvider({
      endpoint: sink.url,
      quiet: false,
      spool: { directory: "/dev/null/spool" },
    });
    end("a", "b");
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a", "b"]);
    expect(processor.stats()).toMatchObject({ ended: 2, stored: 0, delivered: 2 });
    expect(lines).toEqual([
      expect.stringMatching(
        /^vitrine: the spool cannot be written \(E\w+: .*\)\. Spans are kept in memory until it can\.\n$/,
      ),
    ]);
  });

  it("says that spans wait in memory where they do: as the disk refuses", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink(() => ({ status: 503 }));
    const spool = { directory: "/dev/null/spool" };
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, quiet: false, spool });
    end("a", "b");
    await firstFailure(processor);
    expect(lines[1]).toBe(
      `vitrine: ${sink.url}/v1/traces does not take spans (503). Waiting in memory until it does: 2 spans.\n`,
    );
  });

  it("is nothing at all when it is to be quiet", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink((_request, index) => ({ status: index === 0 ? 503 : 422 }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, quiet: true });
    end("a");
    await processor.forceFlush();
    await until(() => processor.stats().rejected.byReason["422"] === 1);
    await processor.shutdown();
    expect(lines).toEqual([]);
  });

  it("stops no program when nobody reads it any more", () => {
    const write = vi.spyOn(process.stderr, "write").mockImplementation(() => {
      throw new Error("EPIPE");
    });
    onTestFinished(() => write.mockRestore());
    expect(() => createNotices({})("hello")).not.toThrow();
  });
});

describe("spansInWords", () => {
  it.each([
    [0, "0 spans"],
    [1, "1 span"],
    [12_345, "12,345 spans"],
  ])("writes %i", (count, words) => {
    expect(spansInWords(count)).toBe(words);
  });
});
