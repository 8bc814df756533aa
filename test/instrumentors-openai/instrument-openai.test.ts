import { context, diag, DiagLogLevel, trace } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import OpenAI, { AzureOpenAI } from "openai";
import { describe, expect, it, onTestFinished } from "vitest";
import { OpenAIModel, tool, ToolCallingAgent } from "vitrine";
import { spanTree } from "vitrine/testing";
import { z } from "zod";
import { instrumentOpenAI, type OpenAIInstrumentOptions } from "../../instrumentors/openai/instrument-openai.ts";
import { answerBoth, sendJson } from "../models/openai-server.ts";
import { ASK, chatFixture, readAll, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();
const fixture = chatFixture("text");
const answer = answerBoth(fixture);

/** Has calls traced to a provider of their own, until the test ends. */
function target(options: OpenAIInstrumentOptions = {}) {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const instrumentation = instrumentOpenAI(OpenAI, provider, options);
  onTestFinished(() => instrumentation.uninstrument());
  return {
    instrumentation,
    tree: () => spanTree(exporter.getFinishedSpans()),
    spans: () => exporter.getFinishedSpans(),
  };
}

describe("instrumentOpenAI", () => {
  it("called again, re-targets, and doubles no span", async () => {
    const { client } = await startClient(answer);
    const [before, now] = [target(), target()];

    await client.chat.completions.create(ASK);

    expect([traces.tree(), before.tree(), now.tree()]).toEqual(["", "", "LLM ChatCompletion  OK"]);
    expect([before.instrumentation.isEnabled(), now.instrumentation.isEnabled()]).toEqual([false, true]);
  });

  it("can be taken back, by who is in force only", async () => {
    const { client } = await startClient(answer);
    const [before, now] = [target(), target()];

    before.instrumentation.uninstrument();
    await client.chat.completions.create(ASK);
    now.instrumentation.uninstrument();
    await client.chat.completions.create(ASK);

    expect(now.tree()).toBe("LLM ChatCompletion  OK");
  });

  it("ends a span that had started when it is taken back", async () => {
    const { client } = await startClient(answer);
    const { instrumentation, tree } = target();

    const stream = await client.chat.completions.create({ ...ASK, stream: true });
    instrumentation.uninstrument();
    await readAll(stream);

    expect(tree()).toBe("LLM ChatCompletion  OK");
  });

  it("warns of what is not the class OpenAI, and throws nothing", () => {
    const warnings: unknown[] = [];
    const warn = (message: string): void => void warnings.push(message);
    diag.setLogger({ warn, error: warn, info: warn, debug: warn, verbose: warn }, DiagLogLevel.WARN);
    onTestFinished(() => diag.disable());

    Reflect.apply(instrumentOpenAI, undefined, [{}]);

    expect(warnings).toEqual([
      "vitrine: instrumentOpenAI() finds no ChatCompletion to trace. Give it the class OpenAI of openai 6 or 7.",
      "vitrine: instrumentOpenAI() finds no Responses to trace. Give it the class OpenAI of openai 6 or 7.",
    ]);
  });

  it("masks as it is told", async () => {
    const { client } = await startClient(answer);
    const { spans } = target({ traceConfig: { hideInputs: true, hideOutputs: true } });

    await client.chat.completions.create(ASK);

    const exported = JSON.stringify(spans().map(({ attributes, events, status }) => ({ attributes, events, status })));
    expect(exported).toContain("__REDACTED__");
    expect(exported).not.toMatch(/Madrid|degrees/);
  });

  it.each([
    ["https://api.openai.com/v1", "openai"],
    ["https://api.groq.com/openai/v1", "groq"],
    ["http://localhost:1234/v1", undefined],
  ])("tells the provider by the host: %s", async (baseURL, provider) => {
    const { client } = await startClient(answer, { baseURL, fetch: answerHere });

    await client.chat.completions.create(ASK);

    expect(traces.span("ChatCompletion").attributes["llm.provider"]).toBe(provider);
  });

  it("traces what extends the class, too", async () => {
    const options = { apiKey: "none", apiVersion: "2024-10-21", fetch: answerHere };
    const client = new AzureOpenAI({ endpoint: "https://here.openai.azure.com", ...options });

    await client.chat.completions.create(ASK);

    expect(traces.span("ChatCompletion").attributes["llm.provider"]).toBe("azure");
  });
});

describe("beside the runtime's own instrumentor", () => {
  it("is one model call one LLM span, and a tool's own call another", async () => {
    const { client, baseURL } = await startClient((response, { body }) =>
      sendJson(response, body["tools"] ? callOf("ask") : fixture.completion),
    );
    const ask = tool({
      name: "ask",
      description: "Asks a model.",
      inputSchema: z.object({}),
      execute: async () => (await client.chat.completions.create(ASK)).choices[0]?.message.content,
    });
    const model = new OpenAIModel({ modelId: "gpt-4.1-mini", baseURL, apiKey: "none" });

    await new ToolCallingAgent({ model, tools: [ask], maxSteps: 1, console: false }).run("Go");

    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT ToolCallingAgent.run    OK
        CHAIN Step 1                OK
          LLM OpenAIModel.generate  OK
          TOOL ask                  OK
            LLM ChatCompletion      OK
        LLM OpenAIModel.generate    OK"
    `);
  });

  it.each([true, false])(
    "is a streamed call of the runtime one LLM span, with a span of the user's between: %s",
    async (isBetween) => {
      const { client } = await startClient(answer);
      const create = async (body: object): Promise<unknown> => client.chat.completions.create({ ...ASK, ...body });
      const within = async (body: object): Promise<unknown> =>
        trace.getTracer("user").startActiveSpan("between", async (span) => create(body).finally(() => span.end()));
      const own = { baseURL: client.baseURL, chat: { completions: { create: isBetween ? within : create } } };
      const model = new OpenAIModel({ modelId: "gpt-4.1-mini", client: own });

      await model.generate({ messages: [{ role: "user", content: "Go" }] }, { onDelta: () => {} });

      expect(traces.spans().map(({ name }) => name)).toEqual([
        ...(isBetween ? ["between"] : []),
        "OpenAIModel.generate",
      ]);
    },
  );
});

describe("the context", () => {
  it("has the caller's span as parent, and a span of the user's fetch below", async () => {
    const tracer = trace.getTracer("user");
    const fetch: typeof globalThis.fetch = async (...args) =>
      tracer.startActiveSpan("POST", async (span) => globalThis.fetch(...args).finally(() => span.end()));
    const { client } = await startClient(answer, { fetch });

    await tracer.startActiveSpan("caller", async (span) => {
      await readAll(await client.chat.completions.create({ ...ASK, stream: true }));
      span.end();
    });

    expect(traces.tree()).toMatchInlineSnapshot(`
      "? caller              UNSET
        LLM ChatCompletion  OK
          ? POST            UNSET"
    `);
  });

  it("of who awaits, reads or listens is their own", async () => {
    const { client } = await startClient(answer);
    const seen: unknown[] = [];
    const look = (): void => void seen.push(trace.getActiveSpan());

    await client.chat.completions.create(ASK).then(look);
    await readAll(await client.chat.completions.create({ ...ASK, stream: true }), look);
    await client.chat.completions.stream(ASK).on("content", look).done();

    expect(seen.length).toBeGreaterThan(3);
    expect(new Set(seen)).toEqual(new Set([undefined]));
    expect(traces.spans().length).toBe(3);
  });

  it("may forbid tracing: then nothing is watched", async () => {
    const { client } = await startClient(answer);
    const tracer = trace.getTracer("user");

    await tracer.startActiveSpan("caller", async (span) => {
      const forbidden = suppressTracing(context.active());
      const promise = context.with(forbidden, () => client.chat.completions.create(ASK));
      expect(Object.hasOwn(promise, "asResponse")).toBe(false);
      await promise;
      span.end();
    });

    expect(traces.tree()).toBe("? caller  UNSET");
  });

  it("may belong to a trace that is not sampled: then nothing is watched", async () => {
    const sampler = new AlwaysOffSampler();
    const { client } = await startClient(answer);
    const instrumentation = instrumentOpenAI(OpenAI, new NodeTracerProvider({ sampler }));
    onTestFinished(() => instrumentation.uninstrument());

    const promise = client.chat.completions.create({ ...ASK, stream: true });

    expect(Object.hasOwn(promise, "asResponse")).toBe(false);
    expect(await promise.then(readAll)).toEqual(fixture.chunks);
  });
});

async function answerHere(): Promise<Response> {
  return Response.json(fixture.completion);
}

function callOf(name: string): object {
  const call = { id: "call_1", type: "function", function: { name, arguments: "{}" } };
  return { choices: [{ index: 0, message: { role: "assistant", tool_calls: [call] }, finish_reason: "tool_calls" }] };
}
