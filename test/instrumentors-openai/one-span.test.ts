import { createRequire } from "node:module";
import { trace } from "@opentelemetry/api";
import OpenAI, { AzureOpenAI } from "openai";
import { describe, expect, it, onTestFinished } from "vitest";
import { OpenAIModel, tool, ToolCallingAgent } from "vitrine";
import { instrument, type Mask } from "vitrine/instrumentors";
import { z } from "zod";
import { instrumentOpenAI } from "../../instrumentors/openai/instrument-openai.ts";
import { answerBoth, sendJson } from "../models/openai-server.ts";
import { ASK, chatFixture, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();
const fixture = chatFixture("text");
const answer = answerBoth(fixture);
/** The package holds each class twice: one for `import`, one for `require`. */
const required: { readonly OpenAI: typeof OpenAI } = createRequire(import.meta.url)("openai");

const makers: readonly (readonly [name: string, make: (baseURL: string) => OpenAI])[] = [
  ["OpenAI", (baseURL) => new OpenAI({ apiKey: "none", baseURL })],
  ["OpenAI of require", (baseURL) => new required.OpenAI({ apiKey: "none", baseURL })],
  ["AzureOpenAI", (baseURL) => new AzureOpenAI({ apiKey: "none", baseURL, apiVersion: "2024-10-21" })],
];
const withoutKind: Mask = (key, value) => (key === "openinference.span.kind" ? undefined : value);
const switchesOn: Readonly<Record<string, () => { uninstrument(): void }>> = {
  runtime: () => instrument(),
  imported: () => instrumentOpenAI(OpenAI),
  required: () => instrumentOpenAI(required.OpenAI),
};
const orders: readonly (readonly string[])[] = [
  ["runtime", "imported", "required"],
  ["required", "imported", "runtime"],
];

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

  it.each(
    makers.flatMap(([name, make]) =>
      orders.flatMap((order) => [false, true].map((isStreamed) => ({ name, order, isStreamed, make }))),
    ),
  )("is one LLM span by $name, switched on as $order, streamed: $isStreamed", async ({ order, isStreamed, make }) => {
    const { baseURL } = await startClient(answer);
    const on = order.map((name) => switchesOn[name]?.());
    onTestFinished(() => on.forEach((each) => each?.uninstrument()));
    const model = new OpenAIModel({ modelId: "gpt-4.1-mini", client: make(baseURL) });

    await model.generate({ messages: [{ role: "user", content: "Go" }] }, isStreamed ? { onDelta: () => {} } : {});

    expect(traces.tree()).toBe("LLM OpenAIModel.generate  OK");
  });

  it("is one LLM span also where a mask drops the span's kind", async () => {
    const { client } = await startClient(answer);
    instrument(undefined, { traceConfig: { mask: withoutKind } });
    onTestFinished(() => instrument().uninstrument());

    await new OpenAIModel({ modelId: "gpt-4.1-mini", client }).generate({
      messages: [{ role: "user", content: "Go" }],
    });

    expect(traces.spans().map(({ name }) => name)).toEqual(["OpenAIModel.generate"]);
  });

  it("is one span by the other instrumentor, where the runtime's own is off", async () => {
    const { client } = await startClient(answer);
    instrument().uninstrument();

    await new OpenAIModel({ modelId: "gpt-4.1-mini", client }).generate({
      messages: [{ role: "user", content: "Go" }],
    });

    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
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

describe("a call of the program's own", () => {
  it("that it makes when it is told of a piece of an answer is a span beside the model call", async () => {
    const { client, baseURL } = await startClient(answer);
    const model = new OpenAIModel({ modelId: "gpt-4.1-mini", baseURL, apiKey: "none" });
    const own: Promise<unknown>[] = [];

    await trace.getTracer("user").startActiveSpan("program", async (span) => {
      const onDelta = (): void => {
        if (own.length === 0) own.push(client.chat.completions.create(ASK));
      };
      await model.generate({ messages: [{ role: "user", content: "Go" }] }, { onDelta });
      await Promise.all(own);
      span.end();
    });

    const parents = traces.spans().map(({ name, parentSpanContext }) => [name, nameOf(parentSpanContext?.spanId)]);
    expect(Object.fromEntries(parents)).toEqual({
      ChatCompletion: "program",
      "OpenAIModel.generate": "program",
      program: undefined,
    });
  });

  it("that it makes at an event of a run is a span of the step", async () => {
    const { client, baseURL } = await startClient(answer);
    const model = new OpenAIModel({ modelId: "gpt-4.1-mini", baseURL, apiKey: "none" });
    const own: Promise<unknown>[] = [];

    await new ToolCallingAgent({ model, tools: [], maxSteps: 1, onLimit: "throw", console: false })
      .run("Go", {
        onEvent: ({ type }) => {
          if (type === "text-delta" && own.length === 0) own.push(client.chat.completions.create(ASK));
        },
      })
      .catch(() => {});
    await Promise.all(own);

    const asked = traces.span("ChatCompletion");
    expect(nameOf(asked.parentSpanContext?.spanId)).toBe("Step 1");
  });

  it("that it makes when it is told of a retry is a span of its own", async () => {
    let requests = 0;
    const { client, baseURL } = await startClient((response) =>
      sendJson(response, requests === 0 ? {} : fixture.completion, {
        status: requests++ === 0 ? 503 : 200,
        headers: { "retry-after-ms": "1" },
      }),
    );
    const model = new OpenAIModel({ modelId: "gpt-4.1-mini", baseURL, apiKey: "none" });
    const own: Promise<unknown>[] = [];

    await model.generate(
      { messages: [{ role: "user", content: "Go" }] },
      { onRetry: () => void own.push(client.chat.completions.create(ASK)) },
    );
    await Promise.all(own);

    expect(
      traces
        .spans()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(["ChatCompletion", "OpenAIModel.generate"]);
  });
});

function nameOf(spanId: string | undefined): string | undefined {
  return traces.spans().find((span) => span.spanContext().spanId === spanId)?.name;
}

function callOf(name: string): object {
  const call = { id: "call_1", type: "function", function: { name, arguments: "{}" } };
  return { choices: [{ index: 0, message: { role: "assistant", tool_calls: [call] }, finish_reason: "tool_calls" }] };
}
