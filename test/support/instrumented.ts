import { diag, DiagLogLevel } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { watchCalls } from "../testing/watched-calls.ts";
import { instrument } from "vitrine/instrumentors";
import { afterEach, beforeEach } from "vitest";

// The set-up of the vitest project "instrumented": every test of the runtime runs once more, traced, and must give the same results.

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const warnings: unknown[] = [];

diag.setLogger(
  {
    error: (...values) => warnings.push(values),
    warn: (...values) => warnings.push(values),
    info: () => {},
    debug: () => {},
    verbose: () => {},
  },
  DiagLogLevel.WARN,
);
const calls = watchCalls();
instrument(provider);

beforeEach(() => {
  exporter.reset();
  warnings.length = 0;
  calls.forget();
});

afterEach(async () => {
  if (warnings.length > 0) throw new Error(`An attribute failed: ${JSON.stringify(warnings)}`);
  const spans = exporter.getFinishedSpans();
  const ended = new Set(spans.map((span) => span.spanContext().spanId));
  const orphan = spans.find(({ parentSpanContext: parent }) => parent && !ended.has(parent.spanId));
  if (orphan) throw new Error(`The parent of the span "${orphan.name}" has not ended.`);
  // From a trace alone every model call can be rebuilt.
  await calls.expectIn(spans);
});
