/* oxlint-disable typescript/no-deprecated -- programs of today stand on ProxyTracerProvider */
import { context, ProxyTracerProvider, trace, type TracerProvider } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type Sampler,
  SamplingDecision,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it } from "vitest";
import { tool, ToolCallingAgent } from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { answers, calls } from "../support/replies.ts";
import { caller } from "../support/scripted-agents.ts";

afterEach(() => {
  instrument().uninstrument();
  trace.disable();
  context.disable();
});

function makeProvider(sampler?: Sampler) {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  return { exporter, provider: new NodeTracerProvider({ spanProcessors, ...(sampler ? { sampler } : {}) }) };
}

describe("a provider", () => {
  it("gets no fragments of a run whose root it does not sample, also when it was never registered", async () => {
    const rootsOnly: Sampler = {
      shouldSample: (parent) => {
        const isSampled = (trace.getSpanContext(parent)?.traceFlags ?? 0) === 1;
        return { decision: isSampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
      },
      toString: () => "as the parent, and no roots",
    };
    const { exporter, provider } = makeProvider(rootsOnly);
    instrument(provider);
    await caller([answers(1)]).run("Go");
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it("keeps a run that it has begun when tracing is re-targeted meanwhile", async () => {
    const [first, second] = [makeProvider(), makeProvider()];
    const retarget = tool({
      name: "retarget",
      description: "Re-targets.",
      inputSchema: z.object({}),
      execute: () => void instrument(second.provider),
    });
    instrument(first.provider);
    const model = new ScriptedModel([calls(["retarget", {}]), answers(1)]);
    await new ToolCallingAgent({ model, tools: [retarget], console: false }).run("Go");
    await caller([answers(2)]).run("Next");
    expect([first.exporter, second.exporter].map((exporter) => exporter.getFinishedSpans().length)).toEqual([7, 4]);
  });

  it("that gives tracers which do nothing is asked again, until it has a real one", async () => {
    const { exporter, provider } = makeProvider();
    const nothing = new ProxyTracerProvider().getDelegate();
    let behind: TracerProvider = nothing;
    instrument({ getTracer: (name, version) => behind.getTracer(name, version) });
    await caller([answers(1)]).run("Go");
    behind = provider;
    await caller([answers(2)]).run("Next");
    expect(exporter.getFinishedSpans()).toHaveLength(4);
  });

  it("that stands for another one may change whom it stands for", async () => {
    const [first, second] = [makeProvider(), makeProvider()];
    const between = new ProxyTracerProvider();
    between.setDelegate(first.provider);
    trace.setGlobalTracerProvider(between);
    instrument();
    await caller([answers(1)]).run("Go");
    between.setDelegate(second.provider);
    await caller([answers(2)]).run("Next");
    expect([first.exporter, second.exporter].map((exporter) => exporter.getFinishedSpans().length)).toEqual([4, 4]);
  });

  it("of a class of one's own is asked for its tracer", async () => {
    const asked: string[] = [];
    class OwnProvider extends ProxyTracerProvider {
      override getTracer(name: string, version?: string) {
        asked.push(name);
        return super.getTracer(name, version);
      }
    }
    const { exporter, provider } = makeProvider();
    const own = new OwnProvider();
    own.setDelegate(provider);
    instrument(own);
    await caller([answers(1)]).run("Go");
    expect(exporter.getFinishedSpans()).toHaveLength(4);
    expect(asked).toHaveLength(4);
  });

  it("that is registered when another was is the one that gets the spans", async () => {
    const [first, second] = [makeProvider(), makeProvider()];
    first.provider.register();
    instrument();
    await caller([answers(1)]).run("Go");
    trace.disable();
    context.disable();
    second.provider.register();
    await caller([answers(2)]).run("Next");
    expect([first.exporter, second.exporter].map((exporter) => exporter.getFinishedSpans().length)).toEqual([4, 4]);
  });
});
