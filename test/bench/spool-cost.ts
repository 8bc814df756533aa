import { setImmediate } from "node:timers/promises";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { SpoolSpanProcessor } from "../../src/collector/spool-span-processor.ts";
import { benchSpans } from "./encoder-shapes.ts";

/** What the program is told, as its one argument. */
export interface CostOrder {
  readonly by: "vitrine" | "stock" | "nobody";
  /** A name of `benchSpans`. */
  readonly shape: string;
  readonly compression: "gzip" | "none";
  /** Of a sink that takes all. */
  readonly url: string;
  readonly rounds: number;
  readonly spansPerRound: number;
}

/** What spans cost in one round: of `onEnd`, µs; of the whole process until all are delivered, µs of the processor for each span. */
export interface Cost {
  readonly p50: number;
  readonly p99: number;
  readonly cpu: number;
}

const WARM_UP_ROUNDS = 2;
/** Between them the event loop turns, as in a program that waits for models. */
const SPANS_AT_ONCE = 10;
const order: CostOrder = JSON.parse(process.argv[2] ?? "{}");
const { attributes } = benchSpans().get(order.shape) ?? {};
if (attributes === undefined) throw new Error(`There is no shape "${order.shape}".`);

const processor = createProcessor(order);
let times: number[] = [];
const timed: SpanProcessor = {
  onStart: () => {},
  onEnd: (span) => {
    const before = performance.now();
    processor.onEnd(span);
    times.push((performance.now() - before) * 1_000);
  },
  forceFlush: async () => processor.forceFlush(),
  shutdown: async () => processor.shutdown(),
};
const provider = new NodeTracerProvider({ spanLimits: { attributeCountLimit: 10_000 }, spanProcessors: [timed] });
const tracer = provider.getTracer("bench");
const costs: Cost[] = [];
for (let round = 0; round < WARM_UP_ROUNDS + order.rounds; round += 1) costs.push(await measure());
process.stdout.write(JSON.stringify(costs.slice(WARM_UP_ROUNDS)));
await provider.shutdown();

async function measure(): Promise<Cost> {
  times = [];
  const before = process.cpuUsage();
  for (let done = 0; done < order.spansPerRound; done += 1) {
    tracer.startSpan("span", { attributes: { ...attributes } }).end();
    if (done % SPANS_AT_ONCE === 0) await setImmediate();
  }
  await provider.forceFlush();
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  const percentile = (share: number) => times[Math.floor(times.length * share)] ?? NaN;
  return { p50: percentile(0.5), p99: percentile(0.99), cpu: (user + system) / order.spansPerRound };
}

function createProcessor({ by, url, compression }: CostOrder): SpanProcessor {
  if (by === "vitrine") return new SpoolSpanProcessor({ endpoint: url, compression, quiet: true });
  if (by === "nobody") {
    return { onStart: () => {}, onEnd: () => {}, forceFlush: async () => {}, shutdown: async () => {} };
  }
  // Not by an option: its type lies in a package of its own.
  process.env["OTEL_EXPORTER_OTLP_COMPRESSION"] = compression;
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` });
  // By default it would drop what is more than 2,048.
  return new BatchSpanProcessor(exporter, { maxQueueSize: 1_000_000 });
}
