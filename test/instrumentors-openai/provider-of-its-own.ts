import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";
import { onTestFinished } from "vitest";
import { spanTree } from "vitrine/testing";
import { instrumentOpenAI, type OpenAIInstrumentOptions } from "../../instrumentors/openai/instrument-openai.ts";

/** Has calls traced to a provider of their own, until the test ends. */
export function target(options: OpenAIInstrumentOptions = {}, attributeCountLimit = 10_000) {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    spanLimits: { attributeCountLimit },
  });
  const instrumentation = instrumentOpenAI(OpenAI, provider, options);
  onTestFinished(() => instrumentation.uninstrument());
  const spans = () => exporter.getFinishedSpans();
  return { provider, instrumentation, tree: () => spanTree(spans()), spans };
}
