import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it } from "vitest";
import { instrument } from "vitrine/instrumentors";
import { type FinishedSpan, spanTree } from "vitrine/testing";
import { runGdp } from "../support/gdp.ts";

afterEach(() => instrument().uninstrument());

async function traceOf(way: "plain" | "streamed", makeProcessor: (exporter: InMemorySpanExporter) => SpanProcessor) {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [makeProcessor(exporter)] });
  instrument(provider);
  await runGdp(way);
  await provider.forceFlush();
  const spans = exporter.getFinishedSpans();
  return { tree: spanTree(spans), attributes: spans.map(described) };
}

function described({ name, attributes, status }: FinishedSpan) {
  return { name, attributes, status };
}

const simple = (exporter: InMemorySpanExporter): SpanProcessor => new SimpleSpanProcessor(exporter);
const batch = (exporter: InMemorySpanExporter): SpanProcessor => new BatchSpanProcessor(exporter);

describe("a trace", () => {
  it("is equal, tree and attributes, from run() and from stream()", async () => {
    expect(await traceOf("streamed", simple)).toEqual(await traceOf("plain", simple));
  });

  it("is equal, tree and attributes, through SimpleSpanProcessor and BatchSpanProcessor", async () => {
    expect(await traceOf("plain", batch)).toEqual(await traceOf("plain", simple));
  });
});
