import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { NodeTracerProvider, type ReadableSpan, type SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { encodeSpan } from "../../src/collector/otlp/encode-span.ts";
import { SpoolSpanProcessor } from "../../src/collector/spool-span-processor.ts";

/** What the program is told, as its one argument. */
export interface BurstOrder {
  readonly url: string;
  readonly spans: number;
}

/** What a burst costs, in ms. */
export interface Burst {
  /** The tick in which all spans end, when nothing is done with them. */
  readonly bareTick: number;
  /** When they are encoded, and that is all; by our encoder, and by the stock one, as many at once as the stock processor sends. */
  readonly encodingTick: number;
  readonly stockEncodingTick: number;
  /** To encode as many as the stock processor sends at once, by the stock one. */
  readonly stockBatch: number;
  /** When they are kept. */
  readonly tick: number;
  /** The longest stop of the event loop while nothing is done, and while they are delivered afterwards. */
  readonly idleStall: number;
  readonly stall: number;
  /** Until all of them are delivered. */
  readonly delivery: number;
}

const WARM_UP_SPANS = 2_000;
const STOCK_BATCH = 512;
const IDLE_MS = 1_000;
const TEXT = "It is written here what the tool has found, in words. ".repeat(40).slice(0, 2_000);
const order: BurstOrder = JSON.parse(process.argv[2] ?? "{}");

process.stdout.write(JSON.stringify(await measure(order)));

async function measure({ url, spans }: BurstOrder): Promise<Burst> {
  let batch: ReadableSpan[] = [];
  const serialize = (span: ReadableSpan) => {
    if (batch.push(span) < STOCK_BATCH) return;
    ProtobufTraceSerializer.serializeRequest(batch);
    batch = [];
  };
  const bareTick = tickOf(spans, () => {});
  const stockEncodingTick = tickOf(spans, serialize);
  const encodingTick = tickOf(spans, encodeSpan);
  const idleStall = await stallIn(async () => delay(IDLE_MS));
  const processor = new SpoolSpanProcessor({ endpoint: url });
  const tick = tickOf(spans, (span) => processor.onEnd(span), { warmUp: 0 });
  // The tick itself is no stall of the delivery's.
  await delay(0);
  const before = performance.now();
  const stall = await stallIn(async () => processor.forceFlush());
  const delivery = performance.now() - before;
  await processor.shutdown();
  const stockBatch = (stockEncodingTick / spans) * STOCK_BATCH;
  return { bareTick, encodingTick, stockEncodingTick, stockBatch, tick, idleStall, stall, delivery };
}

function tickOf(spans: number, onEnd: (span: ReadableSpan) => void, { warmUp = WARM_UP_SPANS } = {}): number {
  const processor: SpanProcessor = {
    onStart: () => {},
    onEnd,
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const tracer = new NodeTracerProvider({ spanProcessors: [processor] }).getTracer("burst");
  const end = (count: number) => {
    for (let index = 0; index < count; index += 1) {
      tracer.startSpan("span", { attributes: { a: TEXT, b: TEXT, c: TEXT, d: TEXT, e: TEXT } }).end();
    }
  };
  end(warmUp);
  globalThis.gc?.();
  const before = performance.now();
  end(spans);
  return performance.now() - before;
}

async function stallIn(work: () => Promise<void>): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  await work();
  delays.disable();
  return delays.max / 1e6;
}
