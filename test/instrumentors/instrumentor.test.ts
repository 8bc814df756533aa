import { context, createContextKey, diag, trace } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it } from "vitest";
import { Model, type ModelOutput, Tool, tool, ToolCallingAgent } from "vitrine";
import { AgentInstrumentor, instrument } from "vitrine/instrumentors";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { SCOPE_NAME, SCOPE_VERSION } from "../../instrumentors/shared/scope.ts";
import { answers, calls } from "../support/replies.ts";

const echo = tool({
  name: "echo",
  description: "Echoes.",
  inputSchema: z.object({ text: z.string() }),
  execute: ({ text }) => text,
});

async function runOnce(): Promise<void> {
  const model = new ScriptedModel([calls(["echo", { text: "hi" }]), answers("done")]);
  await new ToolCallingAgent({ model, tools: [echo], console: false }).run("Go");
}

function makeProvider(options: ConstructorParameters<typeof NodeTracerProvider>[0] = {}) {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ ...options, spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return { exporter, provider, count: () => exporter.getFinishedSpans().length };
}

const SPANS_OF_A_RUN = 7;

afterEach(() => {
  instrument().uninstrument();
  trace.disable();
  context.disable();
  diag.disable();
});

describe("instrument", () => {
  it("traces to the provider it is given", async () => {
    const { provider, exporter, count } = makeProvider();
    instrument(provider);
    await runOnce();
    expect(count()).toBe(SPANS_OF_A_RUN);
    expect(exporter.getFinishedSpans()[0]?.instrumentationScope).toMatchObject({
      name: SCOPE_NAME,
      version: SCOPE_VERSION,
    });
  });

  it("nests spans although the provider was never registered", async () => {
    const { provider, exporter } = makeProvider();
    instrument(provider);
    await runOnce();
    expect(
      exporter
        .getFinishedSpans()
        .filter((span) => !span.parentSpanContext)
        .map(({ name }) => name),
    ).toEqual(["ToolCallingAgent.run"]);
  });

  it("takes the global provider, also one that is registered later", async () => {
    instrument();
    const { provider, count } = makeProvider();
    await runOnce();
    provider.register();
    await runOnce();
    expect(count()).toBe(SPANS_OF_A_RUN);
  });

  it("doubles no span when it is called twice", async () => {
    const { provider, count } = makeProvider();
    instrument(provider);
    instrument(provider);
    await runOnce();
    expect(count()).toBe(SPANS_OF_A_RUN);
  });

  it("re-targets when it is called with another provider", async () => {
    const [first, second] = [makeProvider(), makeProvider()];
    instrument(first.provider);
    instrument(second.provider);
    await runOnce();
    expect([first.count(), second.count()]).toEqual([0, SPANS_OF_A_RUN]);
  });

  it("stops, and goes on again", async () => {
    const { provider, count } = makeProvider();
    const instrumentor = new AgentInstrumentor();
    instrumentor.instrument({ tracerProvider: provider });
    instrumentor.disable();
    await runOnce();
    expect([count(), instrumentor.isEnabled()]).toEqual([0, false]);
    instrumentor.enable();
    await runOnce();
    expect([count(), instrumentor.isEnabled()]).toEqual([SPANS_OF_A_RUN, true]);
    instrumentor.uninstrument();
    await runOnce();
    expect([count(), instrumentor.isEnabled()]).toEqual([SPANS_OF_A_RUN, false]);
  });

  it("leaves another instrumentor alone when one is switched off", async () => {
    const { provider, count } = makeProvider();
    const old = new AgentInstrumentor();
    old.instrument();
    instrument(provider);
    old.uninstrument();
    await runOnce();
    expect(count()).toBe(SPANS_OF_A_RUN);
  });

  it("hangs the run under the caller's active span", async () => {
    const { provider, exporter } = makeProvider();
    provider.register();
    instrument(provider);
    await provider.getTracer("user").startActiveSpan("request", async (span) => {
      await runOnce();
      span.end();
    });
    const [request, run] = ["request", "ToolCallingAgent.run"].map((name) =>
      exporter.getFinishedSpans().find((span) => span.name === name),
    );
    expect(run?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
  });

  it("has the user's own spans nest under the tool that makes them", async () => {
    const { provider, exporter } = makeProvider();
    provider.register();
    instrument(provider);
    const fetching = tool({
      name: "fetching",
      description: "Makes a span of its own.",
      inputSchema: z.object({}),
      execute: () => trace.getTracer("user").startSpan("GET").end(),
    });
    const model = new ScriptedModel([calls(["fetching", {}]), answers("done")]);
    await new ToolCallingAgent({ model, tools: [fetching], console: false }).run("Go");
    const [get, toolSpan] = ["GET", "fetching"].map((name) =>
      exporter.getFinishedSpans().find((span) => span.name === name),
    );
    expect(get?.parentSpanContext?.spanId).toBe(toolSpan?.spanContext().spanId);
  });

  it("traces a user's own Model and Tool without their doing anything", async () => {
    class Parrot extends Model {
      readonly modelId = "parrot-1";
      protected override async doGenerate(): Promise<ModelOutput> {
        return {
          message: {
            role: "assistant",
            content: "",
            toolCalls: [{ id: "1", name: "final_answer", arguments: { answer: "hello" } }],
          },
        };
      }
    }
    class Answer extends Tool {
      readonly name = "final_answer";
      readonly description = "Answers.";
      readonly inputSchema = z.object({ answer: z.string() });
      protected override execute(input: unknown): unknown {
        return input;
      }
    }
    const { provider, exporter } = makeProvider();
    instrument(provider);
    await new ToolCallingAgent({ model: new Parrot(), tools: [new Answer()], console: false }).run("Go");
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual([
      "Parrot.generate",
      "final_answer",
      "Step 1",
      "ToolCallingAgent.run",
    ]);
  });

  it("does nothing at all where tracing is suppressed", async () => {
    const { provider, count } = makeProvider();
    provider.register();
    instrument(provider);
    const suppressed = context
      .active()
      .setValue(createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING"), true);
    await context.with(suppressed, runOnce);
    expect(count()).toBe(0);
  });

  it("builds no attributes for a span that is not sampled", async () => {
    const { provider, count } = makeProvider({ sampler: new AlwaysOffSampler() });
    instrument(provider);
    let reads = 0;
    const watched = {
      get text() {
        return String(++reads);
      },
    };
    await echo.call(watched);
    const readsBySchema = reads;
    instrument().uninstrument();
    reads = 0;
    await echo.call(watched);
    expect([count(), readsBySchema]).toEqual([0, reads]);
  });

  it("says a fault of its own once, and lets the call go on", async () => {
    const warnings: string[] = [];
    diag.setLogger({
      ...console,
      verbose: () => {},
      debug: () => {},
      info: () => {},
      error: () => {},
      warn: (message) => warnings.push(message),
    });
    const { provider } = makeProvider();
    instrument(provider);
    const broken = tool({
      name: "broken",
      description: "Cannot be described.",
      inputSchema: z.object({}),
      execute: () => "fine",
    });
    Object.defineProperty(broken, "description", {
      get: () => {
        throw new Error("no description");
      },
    });
    expect(await broken.call({})).toBe("fine");
    expect(warnings).toEqual(["vitrine: a span could not be described"]);
  });
});
