import { createRequire } from "node:module";
import { diag, trace } from "@opentelemetry/api";
import OpenAI, { AzureOpenAI } from "openai";
import { ConfigurationError } from "vitrine";
import { describe, expect, it, onTestFinished } from "vitest";
import { instrumentOpenAI, type OpenAIClass } from "../../instrumentors/openai/instrument-openai.ts";
import { answerBoth } from "../models/openai-server.ts";
import { keepWarnings } from "../support/warnings.ts";
import { target } from "./provider-of-its-own.ts";
import { ASK, chatFixture, readAll, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();
const fixture = chatFixture("text");
const answer = answerBoth(fixture);
/** The package holds each class twice: one for `import`, one for `require`. */
const required: { readonly OpenAI: typeof OpenAI } = createRequire(import.meta.url)("openai");

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

  it("can be switched on again after it was taken back, in any order", async () => {
    const { client } = await startClient(answer);
    const [first, second] = [target(), target()];

    second.instrumentation.uninstrument();
    first.instrumentation.uninstrument();
    await client.chat.completions.create(ASK);
    const third = target();
    second.instrumentation.uninstrument();
    await client.chat.completions.create(ASK);

    expect([traces.tree(), first.tree(), second.tree()]).toEqual(["", "", ""]);
    expect(third.tree()).toBe("LLM ChatCompletion  OK");
  });

  it("keeps what it is not told anew, until it is taken back", async () => {
    const { client } = await startClient(answer);
    target({ semconv: "gen_ai" });
    const again = target();
    await client.chat.completions.create(ASK);
    again.instrumentation.uninstrument();
    const anew = target();
    await client.chat.completions.create(ASK);

    const names = [again, anew].map(({ spans }) => Object.keys(spans()[0]?.attributes ?? {}));

    expect(names.map((keys) => keys.includes("gen_ai.request.model"))).toEqual([true, false]);
    expect(names.map((keys) => keys.includes("llm.model_name"))).toEqual([false, true]);
  });

  it("traces a client that was made before, and one that was made from it", async () => {
    const { client } = await startClient(answer);
    const { tree } = target();

    await client.chat.completions.create(ASK);
    await client.withOptions({ timeout: 30_000 }).chat.completions.create(ASK);

    expect(tree()).toBe("LLM ChatCompletion  OK\nLLM ChatCompletion  OK");
  });

  it("traces each of two copies of the package that it is given, once", async () => {
    const { client, baseURL } = await startClient(answer);
    const other = new required.OpenAI({ apiKey: "none", baseURL });
    const on = instrumentOpenAI(required.OpenAI);
    onTestFinished(() => on.uninstrument());

    await client.chat.completions.create(ASK);
    await other.chat.completions.create(ASK);
    on.uninstrument();
    await other.chat.completions.create(ASK);

    expect(required.OpenAI).not.toBe(OpenAI);
    expect(traces.tree()).toBe("LLM ChatCompletion  OK\nLLM ChatCompletion  OK");
  });

  it.each<[string, OpenAIClass]>([
    ["the class that it extends", OpenAI],
    ["itself", AzureOpenAI],
  ])("traces AzureOpenAI once, given %s beside the other", async (_name, first) => {
    const client = new AzureOpenAI({
      endpoint: "https://here.openai.azure.com",
      apiKey: "none",
      apiVersion: "2024-10-21",
      fetch: answerHere,
    });
    const both = [first, first === OpenAI ? AzureOpenAI : OpenAI].map((each) => instrumentOpenAI(each));
    onTestFinished(() => both.forEach((each) => each.uninstrument()));

    await client.chat.completions.create(ASK);

    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(traces.span("ChatCompletion").attributes["llm.provider"]).toBe("azure");
  });

  it("leaves alone what it does not name: embeddings, and the old completions", async () => {
    const { client } = await startClient((response) =>
      answer(response, { path: "", authorization: "", body: {} }, response.req),
    );

    await client.embeddings.create({ model: "text-embedding-3-small", input: "Madrid", encoding_format: "float" });
    await client.completions.create({ model: "gpt-3.5-turbo-instruct", prompt: "Madrid" });

    expect(traces.tree()).toBe("");
  });

  it.each<[string, unknown]>([
    ["an instance of it", new OpenAI({ apiKey: "none" })],
    ["nothing", undefined],
    ["another object", { Chat: {}, Responses: Map }],
  ])("refuses what is not the class OpenAI: %s", (_name, given) => {
    const instrument = (): unknown => Reflect.apply(instrumentOpenAI, undefined, [given]);

    expect(instrument).toThrow(ConfigurationError);
    expect(instrument).toThrow("Give it the class OpenAI itself, of openai 6 or 7, and no instance of it");
  });

  it.each<[string, object]>([
    ["ChatCompletion", { Responses: class extends OpenAI.Responses {} }],
    ["Responses", { Chat: { Completions: class extends OpenAI.Chat.Completions {} } }],
  ])("warns of a class that has no %s only, and throws nothing", (missing, given) => {
    const warnings = keepWarnings();
    onTestFinished(() => diag.disable());

    Reflect.apply(instrumentOpenAI, undefined, [given]).uninstrument();

    expect(warnings).toEqual([
      `vitrine: instrumentOpenAI() finds no ${missing} to trace. Give it the class OpenAI of openai 6 or 7.`,
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
});

async function answerHere(): Promise<Response> {
  return Response.json(fixture.completion);
}
