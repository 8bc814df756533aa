import { context, trace } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { CodeAgent, type GenerateRequest, type ModelParameters, tool } from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { ScriptedModel } from "vitrine/testing";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { writes } from "../support/replies.ts";

afterEach(() => {
  instrument().uninstrument();
  trace.disable();
  context.disable();
});

/** Runs code that calls a tool, and counts how often what a trace would tell was read: the model's parameters, arguments, results. */
async function countReads(): Promise<Readonly<Record<string, number>>> {
  const reads: Record<string, number> = {};
  const read = <T>(name: string, value: T): T => {
    reads[name] = (reads[name] ?? 0) + 1;
    return value;
  };
  class WatchedModel extends ScriptedModel {
    override invocationParameters(request: GenerateRequest): ModelParameters {
      return read("parameters", super.invocationParameters(request));
    }
  }
  const result = Object.defineProperty({}, "text", { enumerable: true, get: () => read("result", "found") });
  const look = tool({ name: "look", description: "Looks.", inputSchema: z.object({}), execute: () => result });
  const args = Object.defineProperty({}, "text", { enumerable: true, get: () => read("argument", "secret") });
  const model = new WatchedModel([writes("await look({})"), writes("finalAnswer(1)")]);
  await new CodeAgent({ model, tools: [look], console: false }).run("Go", { additionalArgs: { args } });
  await model.generate({ messages: [] }).catch(() => {});
  await look.call({});
  return reads;
}

const WAYS: Readonly<Record<string, () => Promise<Readonly<Record<string, number>>>>> = {
  "no provider is registered": async () => {
    instrument();
    return countReads();
  },
  "tracing is suppressed": async () => {
    const provider = new NodeTracerProvider();
    provider.register();
    instrument(provider);
    return context.with(suppressTracing(context.active()), countReads);
  },
  "nothing is sampled": async () => {
    instrument(new NodeTracerProvider({ sampler: new AlwaysOffSampler() }));
    return countReads();
  },
  "tracing was switched off": async () => {
    instrument(new NodeTracerProvider()).disable();
    return countReads();
  },
};

describe("nothing is read for a trace where", () => {
  it.each(Object.entries(WAYS))("%s", async (_why, play) => {
    instrument().uninstrument();
    const untraced = await countReads();
    expect(await play()).toEqual(untraced);
  });
});

it("all of it is read where there is a trace", async () => {
  const untraced = await countReads();
  const exporter = new InMemorySpanExporter();
  instrument(new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  const traced = await countReads();
  const more = Object.keys(traced).filter((name) => (traced[name] ?? 0) > (untraced[name] ?? 0));
  expect(new Set(more)).toEqual(new Set(["parameters", "argument", "result"]));
});
