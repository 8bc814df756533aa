import { context, trace } from "@opentelemetry/api";
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
});
