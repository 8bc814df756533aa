import { context, diag, trace, type Span, type Tracer, type TracerProvider } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { Model, type ModelOutput, tool, ToolCallingAgent } from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { ScriptedModel } from "vitrine/testing";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { answers, calls } from "../support/replies.ts";
import { caller, search } from "../support/scripted-agents.ts";
import { keepWarnings } from "../support/warnings.ts";

afterEach(() => {
  instrument().uninstrument();
  trace.disable();
  context.disable();
  diag.disable();
});

const fail = (): never => {
  throw new Error("a fault of the tracing");
};
const ignore = (): void => {};
/** The SDK has warnings of its own about spans of another's making. */
const oursOf = (warnings: readonly string[]): string[] => warnings.filter((text) => text.startsWith("vitrine: "));
const works = { forceFlush: async () => {}, shutdown: async () => {} };

function providerWith(processor: Partial<SpanProcessor>): TracerProvider {
  return new NodeTracerProvider({ spanProcessors: [{ onStart: () => {}, onEnd: () => {}, ...works, ...processor }] });
}

function providerOf(startSpan: () => unknown): TracerProvider {
  const tracer: Partial<Tracer> = {};
  Object.defineProperty(tracer, "startSpan", { value: startSpan });
  return providerWithTracer(() => tracer);
}

function providerWithTracer(getTracer: () => unknown): TracerProvider {
  return Object.defineProperty(new NodeTracerProvider(), "getTracer", { value: getTracer });
}

/** A span of which one method fails. */
function brokenSpan(method: keyof Span): Span {
  const span = new NodeTracerProvider().getTracer("real").startSpan("work");
  return Object.defineProperty(span, method, { value: fail });
}

/** Where a fault may be, and the provider that has it. */
const FAULTS: Readonly<Record<string, () => TracerProvider>> = {
  "a provider that gives no tracer": () => providerWithTracer(fail),
  "a provider whose tracer is nothing": () => providerWithTracer(() => undefined),
  "a tracer that starts no span": () => providerOf(fail),
  "a tracer whose span is nothing": () => providerOf(() => undefined),
  "a sampler that throws": () => new NodeTracerProvider({ sampler: { shouldSample: fail, toString: () => "broken" } }),
  "a processor that throws at a start": () => providerWith({ onStart: fail }),
  "a processor that throws at an end": () => providerWith({ onEnd: fail }),
  "a span that cannot be asked for its context": () => providerOf(() => brokenSpan("spanContext")),
  "a span that cannot be asked whether it records": () => providerOf(() => brokenSpan("isRecording")),
  "a span that takes no status": () => providerOf(() => brokenSpan("setStatus")),
  "a span that does not end": () => providerOf(() => brokenSpan("end")),
};

describe("a fault of the tracing costs one warning a span, and the program nothing", () => {
  it.each(Object.entries(FAULTS))("%s", async (_what, makeProvider) => {
    const warnings = keepWarnings();
    instrument(makeProvider());
    expect(await search.call({ query: "a" })).toBe("Found a");
    expect(oursOf(warnings)).toEqual(["vitrine: a span could not be described"]);
    const { output } = await caller([calls(["search", { query: "b" }]), answers("done")]).run("Go");
    // One of the call, seven of the run.
    expect([output, oursOf(warnings).length]).toEqual(["done", 8]);
  });

  it.each(Object.entries(FAULTS))("where the work fails: %s", async (_what, makeProvider) => {
    keepWarnings();
    instrument(makeProvider());
    const thrown = new RangeError("no");
    const execute = async (): Promise<never> => Promise.reject(thrown);
    const failing = tool({ name: "failing", description: "Fails.", inputSchema: z.object({}), execute });
    expect(await failing.call({}).catch((error: Error) => error.cause)).toBe(thrown);
  });

  it("a span that takes neither attributes nor events", async () => {
    const warnings = keepWarnings();
    instrument(providerOf(() => Object.defineProperty(brokenSpan("setAttributes"), "addEvent", { value: fail })));
    const finalAnswerChecks = [(answer: unknown) => answer === "good" || "not good"];
    const model = new ScriptedModel([answers("bad"), answers("good")]);
    const { output } = await new ToolCallingAgent({ model, finalAnswerChecks, console: false }).run("Go");
    expect(output).toBe("good");
    expect(oursOf(warnings).length).toBeGreaterThan(0);
  });

  it("an exporter that throws, which the SDK tells of", async () => {
    const told: unknown[] = [];
    const error = (...values: unknown[]): void => void told.push(...values);
    diag.setLogger({ error, warn: ignore, info: ignore, debug: ignore, verbose: ignore });
    const exporter = { ...works, export: fail };
    instrument(new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    expect(await search.call({ query: "a" })).toBe("Found a");
    await new Promise((resolve) => setImmediate(resolve));
    expect(String(told)).toContain("a fault of the tracing");
  });

  it("a logger that throws as well", async () => {
    diag.setLogger(
      { error: fail, warn: fail, info: fail, debug: fail, verbose: fail },
      { suppressOverrideMessage: true },
    );
    instrument(providerWith({ onEnd: fail }));
    expect(await search.call({ query: "a" })).toBe("Found a");
  });

  it("an attribute that cannot be read", async () => {
    class Secretive extends Model {
      readonly modelId = "secretive";
      override invocationParameters = fail;
      protected override async doGenerate(): Promise<ModelOutput> {
        return { message: { role: "assistant", content: "Hi.", toolCalls: [] } };
      }
    }
    const warnings = keepWarnings();
    const exporter = new InMemorySpanExporter();
    instrument(new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    const { message } = await new Secretive().generate({ messages: [{ role: "user", content: "Hi?" }] });
    expect(message.content).toBe("Hi.");
    expect(warnings.length).toBe(1);
    // What can be told is told.
    expect(exporter.getFinishedSpans()[0]?.attributes).toMatchObject({ "output.value": "Hi." });
  });
});
