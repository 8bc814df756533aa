import { metrics } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createDestinations } from "../../src/collector/destinations.ts";
import { encodeSpan } from "../../src/collector/otlp/encode-span.ts";
import { Outbox } from "../../src/collector/outbox.ts";
import { type NewRecord, RECORD } from "../../src/collector/spool/record.ts";
import { resolveSpool } from "../../src/collector/spool/spool-options.ts";
import { type FaultySink, startFaultySink } from "../support/faulty-sink.ts";
import { firstFailure, startSpoolProvider, temporaryFolder } from "../support/spool-provider.ts";
import { CONTEXT, spanWith } from "./otlp/small-spans.ts";

const NAMES = {
  ended: "otel.sdk.processor.span.processed",
  waiting: "otel.sdk.processor.span.queue.size",
  exported: "otel.sdk.exporter.span.exported",
  bytes: "vitrine.spool.size",
};

afterEach(() => metrics.disable());

/** Registers a meter provider of OpenTelemetry's SDK, and gives the function that reads what it has. */
function registerMeters() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  onTestFinished(async () => provider.shutdown());
  return async () => {
    exporter.reset();
    await reader.forceFlush();
    const found = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics: all }) => all));
    return Object.fromEntries(
      found.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ value, attributes }) => ({ value, attributes })),
      ]),
    );
  };
}

const point = (value: number, attributes: Record<string, unknown> = {}) => ({
  value,
  attributes: { "otel.component.name": expect.stringMatching(/^vitrine\/\d+$/), ...attributes },
});

const place = ({ url }: FaultySink) => ({
  "server.address": "127.0.0.1",
  "server.port": Number(new URL(url).port),
  "url.full": `${url}/v1/traces`,
});

/** Keeps what is sent to the sink; what was taken can be sent once more, when the test says so. */
function startOutbox({ url }: FaultySink): Outbox {
  const settings = resolveSpool({ directory: temporaryFolder() }, {});
  const outbox = new Outbox({ settings, destinations: createDestinations({ endpoint: url }, {}), say: () => {} });
  onTestFinished(async () => outbox.shutdown({ timeoutMs: 1 }));
  return outbox;
}

function recordOf(name: string): NewRecord {
  const spanId = Buffer.from(name.padEnd(8)).toString("hex");
  const span = spanWith({ name, spanContext: () => ({ ...CONTEXT, spanId }) });
  return { kind: RECORD.span, spanId, payload: encodeSpan(span) };
}

const refuseBad: FaultySink["answer"] = ({ spans }) => ({
  status: spans.some(({ name }) => name === "bad") ? 413 : 200,
});

describe("metrics", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["setInterval"] }));
  afterEach(() => void vi.useRealTimers());

  it("show the counts, for a meter provider that was registered before", async () => {
    const read = registerMeters();
    const sink = await startFaultySink(refuseBad);
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a", "b", "bad");
    await processor.forceFlush();
    expect(await read()).toEqual({
      [NAMES.ended]: [point(3)],
      [NAMES.waiting]: [point(0, place(sink))],
      [NAMES.exported]: [point(2, place(sink)), point(1, { ...place(sink), "error.type": "413" })],
      [NAMES.bytes]: [point(processor.stats().bytes)],
    });
    expect(processor.stats().bytes).toBeGreaterThan(300);
  });

  it("show the counts, for a meter provider that was registered later", async () => {
    const sink = await startFaultySink();
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    await processor.forceFlush();
    const read = registerMeters();
    expect(await read()).toEqual({});
    vi.advanceTimersByTime(10_000);
    vi.advanceTimersByTime(10_000);
    expect(await read()).toMatchObject({ [NAMES.ended]: [point(1)], [NAMES.exported]: [point(1, place(sink))] });
  });

  it("show what waits", async () => {
    const read = registerMeters();
    const sink = await startFaultySink(() => ({ status: 503 }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a", "b");
    await firstFailure(processor);
    expect(await read()).toMatchObject({
      [NAMES.waiting]: [point(2, place(sink))],
      [NAMES.exported]: [point(0, place(sink))],
    });
  });

  it("show what was dropped and what was left out, by few kinds", async () => {
    const read = registerMeters();
    const sink = await startFaultySink((_request, index) => ({
      status: 200,
      // The partial_success: one span, and a message that is another one each time.
      body: Buffer.from([0x0a, 5, 0x08, 1, 0x12, 1, 97 + index]),
    }));
    const { endLarge, processor } = startSpoolProvider({ endpoint: sink.url, spool: { maxBytes: 1_500_000 } });
    for (const name of ["a", "b"]) {
      endLarge(name, 10);
      await processor.forceFlush();
    }
    sink.answer = () => ({ status: 503 });
    for (const name of ["c", "d", "e", "f"]) endLarge(name, 900_000);
    const { dropped } = processor.stats();
    expect(await read()).toMatchObject({
      [NAMES.ended]: [point(6), point(dropped.byReason["spool full"] ?? 0, { "error.type": "spool full" })],
      [NAMES.exported]: [point(0, place(sink)), point(2, { ...place(sink), "error.type": "_OTHER" })],
    });
    expect(dropped.byReason["spool full"]).toBeGreaterThan(0);
  });

  it("of two processors are told apart", async () => {
    const read = registerMeters();
    const sink = await startFaultySink();
    for (const names of [["a"], ["b", "c"]]) {
      const { end, processor } = startSpoolProvider({ endpoint: sink.url });
      end(...names);
      await processor.forceFlush();
    }
    expect((await read())[NAMES.ended]).toEqual([point(1), point(2)]);
  });

  it("never count backwards: what is sent once more counts once more, and what is refused once more", async () => {
    const read = registerMeters();
    const sink = await startFaultySink(refuseBad);
    const outbox = startOutbox(sink);
    for (const name of ["a", "bad", "b"]) outbox.add(recordOf(name));
    const counts: unknown[] = [];
    const look = async () => counts.push((await read())[NAMES.exported]?.map(({ value }) => value));
    await outbox.flush();
    await look();
    await outbox.sendAgain();
    await look();
    expect(outbox.stats()).toMatchObject({ delivered: 0, waiting: 3, rejected: { byReason: {} } });
    await outbox.flush();
    await look();
    expect(counts).toEqual([
      [2, 1],
      [2, 1],
      [4, 2],
    ]);
    expect(outbox.stats()).toMatchObject({ delivered: 2, waiting: 0, rejected: { byReason: { "413": 1 } } });
  });

  it("end with the shutdown, and so hold the counts no longer", async () => {
    const read = registerMeters();
    const sink = await startFaultySink();
    const before = startSpoolProvider({ endpoint: sink.url });
    before.end("a");
    await before.processor.shutdown();
    expect(await read()).toEqual({});
    const { end } = startSpoolProvider({ endpoint: sink.url });
    end("b", "c");
    expect((await read())[NAMES.ended]).toEqual([point(2)]);
  });
});
