import { context, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { instrument } from "vitrine/instrumentors";
import { spanTree } from "vitrine/testing";
import { afterEach, beforeEach } from "vitest";

interface Traces {
  /** Finished spans, in the order in which they ended. */
  spans(): ReadableSpan[];
  /** The tree as text. */
  tree(): string;
  /** The one span of this name. */
  span(name: string): ReadableSpan;
}

/** Traces each test of the file into memory, with a global provider of its own. */
export function traceEachTest(
  makeProcessor: (exporter: InMemorySpanExporter) => SpanProcessor = (exporter) => new SimpleSpanProcessor(exporter),
): Traces {
  let exporter = new InMemorySpanExporter();
  let provider: NodeTracerProvider | undefined;
  beforeEach(() => {
    exporter = new InMemorySpanExporter();
    provider = new NodeTracerProvider({
      spanProcessors: [makeProcessor(exporter)],
      spanLimits: { attributeCountLimit: 10_000 },
    });
    provider.register();
    instrument(provider);
  });
  afterEach(async () => {
    instrument().uninstrument();
    await provider?.shutdown();
    trace.disable();
    context.disable();
  });
  const spans = (): ReadableSpan[] => exporter.getFinishedSpans();
  return {
    spans,
    tree: () => spanTree(spans()),
    span: (name) => {
      const found = spans().filter((span) => span.name === name);
      if (found.length !== 1 || !found[0])
        throw new Error(`${found.length} spans are named "${name}":\n${spanTree(spans())}`);
      return found[0];
    },
  };
}
