import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "vitrine";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { firstFailure, keepStderr, startSpoolProvider, temporaryFolder, until } from "../../support/spool-provider.ts";
import { filesBelow } from "../spool/spools.ts";

const NO_ERROR = { lastError: undefined };
/** Is not asked again for a minute, nor at shutdown. */
const BUSY = { status: 503, headers: { "retry-after": "60" } };

describe("several destinations", () => {
  it("each get every span, whatever becomes of the others", async () => {
    const [down, up, refusing] = [await startFaultySink(), await startFaultySink(), await startFaultySink()];
    await down.stop();
    refusing.answer = ({ spans }) => ({ status: spans.some(({ name }) => name === "b") ? 400 : 200 });
    const destinations = [down, up, refusing].map(({ url }) => ({ endpoint: url }));
    const { end, processor } = startSpoolProvider({ destinations });
    end("a", "b", "c");
    await expect(processor.forceFlush({ timeoutMs: 1_000 })).rejects.toThrow(
      `${down.url}/v1/traces does not take them`,
    );
    await until(() => refusing.kept.length === 2 && up.kept.length === 3);
    expect(refusing.kept).toEqual(["a", "c"]);
    const stats = processor.stats();
    expect(stats.destinations).toMatchObject({
      [`${down.url}/v1/traces`]: { delivered: 0, waiting: 3, lastError: expect.stringContaining("ECONNREFUSED") },
      [`${up.url}/v1/traces`]: { delivered: 3, waiting: 0, rejected: { byReason: {} }, ...NO_ERROR },
      [`${refusing.url}/v1/traces`]: { delivered: 2, waiting: 0, rejected: { byReason: { "400": 1 } }, ...NO_ERROR },
    });
    expect(stats).toMatchObject({ ended: 3, stored: 3, delivered: 0, waiting: 3 });
    await down.start();
    await processor.forceFlush();
    expect(down.kept).toEqual(["a", "b", "c"]);
    expect(up.kept).toEqual(["a", "b", "c"]);
    expect(processor.stats()).toMatchObject({ waiting: 0, ...NO_ERROR });
  });

  it("have headers of their own", async () => {
    const sinks = [await startFaultySink(), await startFaultySink()] as const;
    const destinations = [
      { endpoint: sinks[0].url, apiKey: "one" },
      { endpoint: sinks[1].url, headers: () => ({ authorization: "Basic two" }) },
    ];
    const { end, processor } = startSpoolProvider({ destinations });
    end("a");
    await processor.forceFlush();
    expect(sinks.map(({ requests }) => requests[0]?.headers.authorization)).toEqual(["Bearer one", "Basic two"]);
  });

  it("say each for itself when they fail and recover", async () => {
    const lines = keepStderr();
    const sinks = [await startFaultySink(), await startFaultySink()] as const;
    for (const sink of sinks) sink.answer = (_request, index) => ({ status: index === 0 ? 503 : 200 });
    const destinations = sinks.map(({ url }) => ({ endpoint: url }));
    const { end, processor, directory } = startSpoolProvider({ destinations, quiet: false });
    end("a");
    await processor.forceFlush();
    const expected = sinks.flatMap(({ url }) => [
      `vitrine: ${url}/v1/traces does not take spans (503). Waiting in ${directory} until it does: 1 span.\n`,
      `vitrine: ${url}/v1/traces takes spans again, after 1 s.\n`,
    ]);
    expect(lines.toSorted()).toEqual(expected.toSorted());
  });

  it("that were there when a span ended get it from the next process too", async () => {
    const [down, up] = [await startFaultySink(() => BUSY), await startFaultySink()];
    const destinations = [{ endpoint: down.url }, { endpoint: up.url }];
    const directory = temporaryFolder();
    const before = startSpoolProvider({ destinations, spool: { directory } });
    before.end("a");
    await firstFailure(before.processor);
    await up.keptAtLeast(1);
    await before.processor.shutdown({ timeoutMs: 1 });
    down.answer = () => ({ status: 200 });
    const after = startSpoolProvider({ destinations, spool: { directory } });
    await down.keptAtLeast(1);
    await after.processor.forceFlush();
    expect(down.kept).toEqual(["a"]);
    expect(after.processor.stats()).toMatchObject({ ended: 0, takenOver: 1, waiting: 0 });
  });

  it("that have taken a span do not get it twice when the file is removed before the others have", async () => {
    const [down, up] = [await startFaultySink(() => ({ status: 503 })), await startFaultySink()];
    const destinations = [{ endpoint: down.url }, { endpoint: up.url }];
    const { end, directory, processor } = startSpoolProvider({ destinations });
    end("a", "b");
    await firstFailure(processor);
    await until(() => processor.stats().destinations[`${up.url}/v1/traces`]?.delivered === 2);
    for (const path of filesBelow(directory).filter((name) => name.endsWith(".spans"))) rmSync(path);
    end("c");
    down.answer = () => ({ status: 200 });
    await processor.forceFlush();
    await processor.forceFlush();
    expect(up.kept).toEqual(["a", "b", "c"]);
    expect(down.kept).toEqual(["a", "b", "c"]);
    expect(processor.stats()).toMatchObject({ ended: 3, delivered: 3, waiting: 0, dropped: { byReason: {} } });
  });

  it("do not wait for spans that were never meant for them", async () => {
    const [down, up] = [await startFaultySink(() => BUSY), await startFaultySink()];
    const directory = temporaryFolder();
    const before = startSpoolProvider({ endpoint: down.url, spool: { directory } });
    before.end("for one only");
    await firstFailure(before.processor);
    await before.processor.shutdown({ timeoutMs: 1 });
    down.answer = () => ({ status: 200 });
    const destinations = [{ endpoint: down.url }, { endpoint: up.url }];
    const after = startSpoolProvider({ destinations, spool: { directory, retain: 3_600_000 } });
    await down.keptAtLeast(1);
    await after.processor.forceFlush({ timeoutMs: 10_000 });
    expect(down.kept).toEqual(["for one only"]);
    expect(up.kept).toEqual([]);
  });

  it("must not be none, nor one twice", () => {
    expect(() => startSpoolProvider({ destinations: [] })).toThrow(ConfigurationError);
    const twice = [{ endpoint: "http://collector.test" }, { endpoint: "http://collector.test/" }];
    expect(() => startSpoolProvider({ destinations: twice })).toThrow(
      "destinations names http://collector.test/v1/traces twice.",
    );
  });
});
