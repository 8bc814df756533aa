import type { MeterProvider, TracerProvider } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it } from "vitest";
import { AgentInstrumentor } from "vitrine/instrumentors";
import { answers } from "../support/replies.ts";
import { caller } from "../support/scripted-agents.ts";

/** As `@opentelemetry/instrumentation` 0.223 has it, which the package does not need. */
interface Instrumentation {
  instrumentationName: string;
  instrumentationVersion: string;
  disable(): void;
  enable(): void;
  setTracerProvider(tracerProvider: TracerProvider): void;
  setMeterProvider(meterProvider: MeterProvider): void;
  setConfig(config: { enabled?: boolean }): void;
  getConfig(): { enabled?: boolean };
}

/** What `registerInstrumentations` does with each. */
function register(instrumentation: Instrumentation, tracerProvider: TracerProvider): () => void {
  instrumentation.setTracerProvider(tracerProvider);
  if (!instrumentation.getConfig().enabled) instrumentation.enable();
  return () => instrumentation.disable();
}

let instrumentor = new AgentInstrumentor();
afterEach(() => instrumentor.uninstrument());

function makeProvider() {
  const exporter = new InMemorySpanExporter();
  return { exporter, provider: new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }) };
}

describe("AgentInstrumentor as an Instrumentation", () => {
  it("traces to the provider that it is registered with, until it is unloaded", async () => {
    instrumentor = new AgentInstrumentor({ semconv: "gen_ai" });
    const { exporter, provider } = makeProvider();
    const unload = register(instrumentor, provider);
    await caller([answers(1)]).run("Go");
    unload();
    await caller([answers(1)]).run("Go");
    expect(exporter.getFinishedSpans().length).toBe(4);
    expect(exporter.getFinishedSpans()[0]?.attributes["gen_ai.operation.name"]).toBe("chat");
  });

  it("re-targets at once when it traces already, and takes a new configuration", async () => {
    instrumentor = new AgentInstrumentor();
    const [first, second] = [makeProvider(), makeProvider()];
    register(instrumentor, first.provider);
    register(instrumentor, second.provider);
    instrumentor.setConfig({ semconv: "both" });
    await caller([answers(1)]).run("Go");
    expect([first.exporter, second.exporter].map((exporter) => exporter.getFinishedSpans().length)).toEqual([0, 4]);
    expect(instrumentor.getConfig()).toMatchObject({ semconv: "both", enabled: true, tracerProvider: second.provider });
    expect(second.exporter.getFinishedSpans()[0]?.attributes["gen_ai.operation.name"]).toBe("chat");
  });
});
