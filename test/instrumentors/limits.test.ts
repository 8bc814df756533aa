import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, expect, it } from "vitest";
import { instrument } from "vitrine/instrumentors";
import { runGdp } from "../support/gdp.ts";

afterEach(() => instrument().uninstrument());

it("keeps model, tokens and output where a provider allows 24 attributes a span, and loses old messages", async () => {
  const exporter = new InMemorySpanExporter();
  const spanLimits = { attributeCountLimit: 24 };
  instrument(new NodeTracerProvider({ spanLimits, spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  await runGdp("plain");
  const spans = exporter.getFinishedSpans().filter(({ name }) => name === "ScriptedModel.generate");
  expect(spans.map(({ attributes }) => Object.keys(attributes))).toEqual(
    spans.map(() =>
      expect.arrayContaining([
        "openinference.span.kind",
        "llm.model_name",
        "llm.token_count.total",
        "output.value",
        "llm.output_messages.0.message.role",
      ]),
    ),
  );
  expect(spans.some(({ droppedAttributesCount }) => droppedAttributesCount > 0)).toBe(true);
});
