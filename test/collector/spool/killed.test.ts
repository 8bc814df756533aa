import { readdirSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { startSpoolProvider, temporaryFolder } from "../../support/spool-provider.ts";
import { killInLoop } from "./kill-loop.ts";

describe("processes that are killed in a loop", () => {
  it.each([
    { processes: 1, rounds: 10 },
    { processes: 2, rounds: 3 },
    { processes: 10, rounds: 2 },
  ])("lose nothing, send nothing for ever, and leave nothing behind: $processes at once", async (loop) => {
    const directory = temporaryFolder();
    const sink = await startFaultySink();
    const ended = await killInLoop({ ...loop, directory, endpoint: sink.url });
    expect(ended.length).toBeGreaterThan(loop.processes * loop.rounds);

    const { processor } = startSpoolProvider({ endpoint: sink.url, spool: { directory, retain: 0 } });
    const missing = () => {
      const kept = new Set(sink.kept);
      return ended.filter((id) => !kept.has(id));
    };
    await vi.waitFor(() => expect(missing()).toEqual([]), { timeout: 40_000, interval: 200 });
    await processor.forceFlush();
    const requests = sink.requests.length;
    await processor.forceFlush();
    await processor.shutdown();
    const { waiting, dropped } = processor.stats();
    expect({ again: sink.requests.length - requests, waiting, dropped, left: readdirSync(directory) }).toEqual({
      again: 0,
      waiting: 0,
      dropped: { byReason: {} },
      left: [],
    });
  });

  it("share a folder while they live: what one has taken over no other sends", async () => {
    const directory = temporaryFolder();
    const sink = await startFaultySink();
    const ended = await killInLoop({ processes: 2, rounds: 1, directory, endpoint: sink.url });
    const already = new Set(sink.kept);
    const heirs = [1, 2, 3].map(() => startSpoolProvider({ endpoint: sink.url, spool: { directory, retain: 0 } }));
    await vi.waitFor(() => expect(sink.kept).toEqual(expect.arrayContaining(ended)), {
      timeout: 40_000,
      interval: 200,
    });
    await Promise.all(heirs.map(async ({ processor }) => processor.forceFlush()));
    await Promise.all(heirs.map(async ({ processor }) => processor.shutdown()));
    const fresh = sink.kept.filter((id) => !already.has(id));
    expect(fresh).toHaveLength(new Set(fresh).size);
    expect(readdirSync(directory)).toEqual([]);
  });
});
