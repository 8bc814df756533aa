import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type FaultySink, startFaultySink } from "../../support/faulty-sink.ts";
import { firstFailure, keepStderr, startSpoolProvider } from "../../support/spool-provider.ts";

const PHOENIX = { "x-phoenix-server-version": "20.3.0" };

/** Is away until an attempt has failed. */
async function goAway(sink: FaultySink, { end, processor }: ReturnType<typeof startSpoolProvider>) {
  await sink.stop();
  end("while it is away");
  await firstFailure(processor);
  await sink.start();
}

/** A collector with these headers takes "early", goes away and comes back. */
async function awayAndBack(headers: Readonly<Record<string, string>>) {
  const sink = await startFaultySink(() => ({ status: 200, headers }));
  const provider = startSpoolProvider({ endpoint: sink.url });
  provider.end("early");
  await provider.processor.forceFlush();
  await goAway(sink, provider);
  await provider.processor.forceFlush();
  return { sink, ...provider };
}

describe("a backend that goes away and comes back", () => {
  it("gets once more what it had acknowledged, if it is Phoenix, also from the batch that is still written to", async () => {
    const { sink, processor } = await awayAndBack(PHOENIX);
    expect(sink.kept.toSorted()).toEqual(["early", "early", "while it is away", "while it is away"]);
    expect(processor.stats()).toMatchObject({ ended: 2, delivered: 2, waiting: 0, lastError: undefined });
  });

  it("is waited for until it has got that, in batches of their own too", async () => {
    const sink = await startFaultySink(() => ({ status: 200, headers: PHOENIX }));
    const { endLarge, processor } = startSpoolProvider({ endpoint: sink.url });
    endLarge("early", 900_000);
    await processor.forceFlush();
    await sink.stop();
    endLarge("away", 900_000);
    await firstFailure(processor);
    await sink.start();
    await processor.forceFlush();
    expect(sink.kept.toSorted()).toEqual(["away", "early", "early"]);
    expect(processor.stats()).toMatchObject({ delivered: 2, waiting: 0 });
  });

  it("gets nothing twice, if it is another one", async () => {
    const { sink, processor } = await awayAndBack({});
    expect(sink.kept).toEqual(["early", "while it is away"]);
    expect(processor.stats()).toMatchObject({ ended: 2, delivered: 2, waiting: 0 });
  });

  it("gets it once an outage, and not at each request thereafter", async () => {
    const { sink, processor, end } = await awayAndBack(PHOENIX);
    const before = sink.kept.length;
    end("late");
    await processor.forceFlush();
    expect(sink.kept.slice(before)).toEqual(["late"]);
  });

  it("gets the batches of the last ten minutes, and no older ones", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const sink = await startFaultySink(() => ({ status: 200, headers: PHOENIX }));
    const provider = startSpoolProvider({ endpoint: sink.url });
    provider.endLarge("old", 900_000);
    await provider.processor.forceFlush();
    vi.setSystemTime(Date.now() + 601_000);
    provider.endLarge("recent", 900_000);
    await provider.processor.forceFlush();
    await goAway(sink, provider);
    await provider.processor.forceFlush();
    expect(sink.kept.filter((name) => name === "old")).toHaveLength(1);
    expect(sink.kept.filter((name) => name === "recent")).toHaveLength(2);
  });

  it("gets it also when a proxy answered in its place, but not when Phoenix itself was busy", async () => {
    let [status, headers]: [number, Record<string, string>] = [200, PHOENIX];
    const sink = await startFaultySink(() => ({ status, headers }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    const pass = async (name: string, trouble: number, by: Record<string, string>) => {
      [status, headers] = [trouble, by];
      end(name);
      await firstFailure(processor);
      [status, headers] = [200, PHOENIX];
      await processor.forceFlush();
    };
    end("a");
    await processor.forceFlush();
    await pass("b", 503, PHOENIX);
    expect(sink.kept).toEqual(["a", "b"]);
    await pass("c", 502, {});
    expect(sink.kept.toSorted()).toEqual(["a", "a", "b", "b", "c", "c"]);
  });

  it("gets what it refused once more too, and nothing is counted twice", async () => {
    let isAway = false;
    const sink = await startFaultySink(({ spans }) => {
      if (isAway) return { status: 503 };
      return { status: spans.some(({ name }) => name === "bad") ? 422 : 200, headers: PHOENIX };
    });
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a", "bad");
    await processor.forceFlush();
    isAway = true;
    end("b");
    await firstFailure(processor);
    isAway = false;
    await processor.forceFlush();
    await processor.forceFlush();
    expect(sink.kept.toSorted()).toEqual(["a", "a", "b", "b"]);
    expect(processor.stats()).toMatchObject({
      ended: 3,
      delivered: 2,
      waiting: 0,
      rejected: { byReason: { "422": 1 } },
    });
  });

  it("says one line when it fails and one when it recovers", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink(() => ({ status: 200, headers: PHOENIX }));
    const provider = startSpoolProvider({ endpoint: sink.url, quiet: false });
    provider.end("early");
    await provider.processor.forceFlush();
    await goAway(sink, provider);
    await provider.processor.forceFlush();
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain("does not take spans");
    expect(lines[1]).toContain("takes spans again");
  });
});
