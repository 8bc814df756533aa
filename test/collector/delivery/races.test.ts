import { describe, expect, it } from "vitest";
import { sendSegment } from "../../../src/collector/delivery/send-segment.ts";
import { createDestinations } from "../../../src/collector/destinations.ts";
import { encodeSpan } from "../../../src/collector/otlp/encode-span.ts";
import { MemorySegment } from "../../../src/collector/spool/memory-segment.ts";
import { type ReadRecords, readRecords, RECORD } from "../../../src/collector/spool/record.ts";
import { resolveSpool } from "../../../src/collector/spool/spool-options.ts";
import { Spool } from "../../../src/collector/spool/spool.ts";
import { deferred } from "../deferred.ts";
import { spanWith } from "../otlp/small-spans.ts";
import { type SinkAnswer, startFaultySink } from "../../support/faulty-sink.ts";
import { startSpoolProvider, until } from "../../support/spool-provider.ts";

/** A collector that answers when it is told to. */
async function startWaitingSink() {
  const answer = deferred<SinkAnswer>();
  return { sink: await startFaultySink(async () => answer.promise), answer: answer.resolve };
}

describe("a batch in flight", () => {
  it("that grows is acknowledged as far as it was sent", async () => {
    const { sink, answer } = await startWaitingSink();
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    const flushed = processor.forceFlush();
    await sink.askedAtLeast(1);
    end("b");
    answer({ status: 200 });
    await flushed;
    expect(sink.kept).toEqual(["a"]);
    expect(processor.stats()).toMatchObject({ ended: 2, delivered: 1, waiting: 1 });
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a", "b"]);
  });

  it.each([200, 503])(
    "that is crowded out of the spool is counted once, also when the answer is %i",
    async (status) => {
      const { sink, answer } = await startWaitingSink();
      const { endLarge, processor } = startSpoolProvider({ endpoint: sink.url, spool: { maxBytes: 2_000_000 } });
      endLarge("first", 900_000);
      const flushed = processor.forceFlush().catch(() => {});
      await sink.askedAtLeast(1);
      for (const name of ["second", "third", "fourth"]) endLarge(name, 900_000);
      await until(() => processor.stats().dropped.byReason["spool full"] !== undefined);
      sink.answer = () => ({ status: 200 });
      answer({ status });
      await flushed;
      await processor.forceFlush();
      const { ended, delivered, waiting, dropped } = processor.stats();
      const lost = dropped.byReason["spool full"] ?? 0;
      expect({ ended, waiting, sum: delivered + lost }).toEqual({ ended: 4, waiting: 0, sum: 4 });
    },
  );

  it("that failed beside others that were taken says nothing of them", async () => {
    const sink = await startFaultySink(async (_request, index) => {
      await sink.askedAtLeast(4);
      return { status: index === 0 ? 503 : 200 };
    });
    const { endLarge, processor } = startSpoolProvider({ endpoint: sink.url });
    for (const name of ["a", "b", "c", "d"]) endLarge(name, 900_000);
    await processor.forceFlush();
    expect(sink.kept.toSorted()).toEqual(["a", "b", "c", "d"]);
    expect(sink.requests).toHaveLength(5);
  });

  it("that failed keeps the wait its destination asked for, although others were taken meanwhile", async () => {
    const sink = await startFaultySink(async (_request, index) => {
      await sink.askedAtLeast(4);
      if (index > 0) await until(() => processor.stats().lastError !== undefined);
      return index === 0 ? { status: 429, headers: { "retry-after": "60" } } : { status: 200 };
    });
    const { endLarge, processor } = startSpoolProvider({ endpoint: sink.url });
    for (const name of ["a", "b", "c", "d", "e", "f"]) endLarge(name, 900_000);
    await expect(processor.forceFlush({ timeoutMs: 300 })).rejects.toThrow("429");
    await until(() => sink.kept.length === 3);
    expect(sink.requests).toHaveLength(4);
  });
});

const record = {
  spanId: "b7ad6b7169203331",
  payload: Buffer.from(encodeSpan(spanWith({ name: "whole" }))),
  kind: RECORD.span,
};

const prepare = async ({ payload }: { readonly payload: Uint8Array }) => payload;

/** Sends a segment of the test's own, and keeps what is told of it. */
async function setUp(makeSegment: (facts: ConstructorParameters<typeof MemorySegment>[0]) => MemorySegment) {
  const sink = await startFaultySink();
  const [destination] = createDestinations({ endpoint: sink.url }, {});
  const told: string[] = [];
  const listener = {
    taken: (_: unknown, spans: number) => told.push(`taken ${spans}`),
    leftOut: () => told.push("left out"),
    refused: () => told.push("refused"),
    damaged: (_: unknown, bytes: Buffer) => told.push(`damaged ${bytes.length}`),
    unreadable: (_: unknown, spans: number) => told.push(`unreadable ${spans}`),
  };
  const segment = makeSegment({ name: "test", beganAtMs: 0, destinations: [destination.id] });
  const spool = new Spool(resolveSpool(false), [destination.id], {
    dropped: () => {},
    diskFailed: () => {},
    tookOver: () => {},
  });
  Object.defineProperty(spool, "segments", { value: [segment] });
  const send = async () => sendSegment(segment, { destination, listener, spool, prepare });
  return { sink, segment, told, send, id: destination.id };
}

describe("sendSegment", () => {
  it("acknowledges no more than stood there when it began to read", async () => {
    class GrowingSegment extends MemorySegment {
      override async read(start: number): Promise<ReadRecords> {
        return readRecords(Buffer.concat([this.bytes(), Buffer.from("vtr1 and the first bytes of the next")]), start);
      }
    }
    const { sink, segment, told, send, id } = await setUp((facts) => new GrowingSegment(facts));
    segment.append(record);
    await send();
    expect(told).toEqual(["taken 1"]);
    expect(sink.kept).toEqual(["whole"]);
    expect(segment.progressOf(id).position).toBe(segment.size);
  });

  it("counts what stands in bytes that are damaged, sends what stands around, and comes to an end", async () => {
    class DamagedSegment extends MemorySegment {
      override async read(start: number): Promise<ReadRecords> {
        const bytes = Buffer.from(this.bytes());
        // The middle one of three.
        return readRecords(bytes.fill(0, bytes.length - 1.5 * RECORD_BYTES, bytes.length - RECORD_BYTES - 1), start);
      }
    }
    const RECORD_BYTES = 24 + record.payload.length;
    const { sink, segment, told, send, id } = await setUp((facts) => new DamagedSegment(facts));
    for (let count = 0; count < 3; count += 1) segment.append(record);
    await send();
    expect(told).toEqual([`damaged ${RECORD_BYTES}`, "taken 2", "unreadable 1"]);
    expect(sink.kept).toEqual(["whole", "whole"]);
    expect(segment.waitingFor(id)).toBe(0);
    expect(segment.awaits(id)).toBe(false);
  });
});
