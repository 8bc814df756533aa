import { openSync, writeSync } from "node:fs";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { SpoolSpanProcessor } from "../../src/collector/spool-span-processor.ts";
import type { Scenario } from "./scenarios.ts";

/** What the program is told, as its one argument. */
export interface ProducerOrder {
  readonly by: "vitrine" | "stock";
  readonly url: string;
  readonly directory: string;
  /** The file that gets the id of each span that has ended. */
  readonly ids: string;
  readonly scenario: Pick<Scenario, "rate" | "seconds" | "burst" | "hasHugeSpan" | "ending" | "hasLargeQueue">;
}

const TICK_MS = 50;
const TEXT = "It is written here what the tool has found, in words. ".repeat(40).slice(0, 2_000);
const HUGE = "x".repeat(6_000_000);
const order: ProducerOrder = JSON.parse(process.argv[2] ?? "{}");
const { rate, seconds, burst = 0, hasHugeSpan = false, ending } = order.scenario;
const processor = createProcessor();
const ids = openSync(order.ids, "a");
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
const tracer = provider.getTracer("reliability");

for (let index = 0; index < burst; index += 1) endSpan(TEXT);
const started = performance.now();
let count = 0;
const timer = setInterval(() => {
  const elapsed = performance.now() - started;
  const due = Math.round(rate * Math.min(elapsed / 1_000, seconds));
  if (hasHugeSpan && count === 0) endSpan(HUGE);
  for (; count < due; count += 1) endSpan(TEXT);
  if (elapsed < seconds * 1_000) return;
  clearInterval(timer);
  void end();
}, TICK_MS);

/** Tells the id as soon as the span has ended, by a write that the death of the process does not take. */
function endSpan(text: string): void {
  const span = tracer.startSpan("span", { attributes: { a: text, b: text, c: TEXT, d: TEXT, e: TEXT } });
  span.end();
  writeSync(ids, `${span.spanContext().spanId}\n`);
}

async function end(): Promise<void> {
  switch (ending) {
    case "shutdown":
      await provider.shutdown().catch(() => {});
      process.exit(0);
      break;
    case "process.exit":
      process.exit(0);
      break;
    case "the loop is empty":
      break;
    case "an error is thrown":
      setImmediate(() => {
        throw new Error("on purpose");
      });
      break;
    case "SIGTERM":
      process.kill(process.pid, "SIGTERM");
      break;
    case "SIGTERM, and a handler that shuts down":
      process.once("SIGTERM", () => void provider.shutdown().then(() => process.exit(0)));
      // Until the handler runs there must be something to live for.
      setTimeout(() => {}, 60_000);
      process.kill(process.pid, "SIGTERM");
      break;
    case "SIGKILL":
      process.kill(process.pid, "SIGKILL");
      break;
    case "forceFlush, then process.exit":
      await processor.forceFlush().catch(() => {});
      process.exit(0);
  }
}

function createProcessor(): SpanProcessor {
  const { by, url, directory, scenario } = order;
  if (by === "vitrine") return new SpoolSpanProcessor({ endpoint: url, spool: { directory } });
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` });
  return new BatchSpanProcessor(exporter, scenario.hasLargeQueue ? { maxQueueSize: 100_000 } : {});
}
