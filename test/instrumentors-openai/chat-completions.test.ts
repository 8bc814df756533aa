import { readdirSync } from "node:fs";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { zodResponseFormat } from "openai/helpers/zod";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { answerBoth, sendEvents, sendJson } from "../models/openai-server.ts";
import { ASK, chatFixture, readAll, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();
const fixtures = readdirSync(new URL("../models/fixtures/openai-model/", import.meta.url)).map((file) =>
  file.replace(".json", ""),
);

const weather = {
  type: "function",
  function: { name: "get_weather", description: "Tells the weather.", parameters: { type: "object", properties: {} } },
} as const;

const conversation: ChatCompletionMessageParam[] = [
  { role: "developer", content: "Be brief." },
  {
    role: "user",
    content: [
      { type: "text", text: "Where is this?" },
      { type: "image_url", image_url: { url: "https://example.com/a.png" } },
    ],
  },
  {
    role: "assistant",
    content: null,
    tool_calls: [
      { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Madrid"}' } },
      { id: "call_2", type: "function", function: { name: "get_weather", arguments: '{"city":"Rome"}' } },
    ],
  },
  { role: "tool", tool_call_id: "call_1", content: "31" },
  { role: "tool", tool_call_id: "call_2", content: [{ type: "text", text: "28" }] },
];

describe("a call of Chat Completions", () => {
  it("is one LLM span that holds what was sent and what came back", async () => {
    const { client } = await startClient(answerBoth(chatFixture("text")));

    await client.chat.completions.create({ ...ASK, messages: conversation, tools: [weather], temperature: 0 });

    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(traces.span("ChatCompletion").attributes).toMatchInlineSnapshot(`
      {
        "input.mime_type": "text/plain",
        "input.value": "28",
        "llm.finish_reason": "stop",
        "llm.input_messages.0.message.content": "Be brief.",
        "llm.input_messages.0.message.role": "developer",
        "llm.input_messages.1.message.contents.0.message_content.text": "Where is this?",
        "llm.input_messages.1.message.contents.0.message_content.type": "text",
        "llm.input_messages.1.message.contents.1.message_content.image.image.url": "https://example.com/a.png",
        "llm.input_messages.1.message.contents.1.message_content.type": "image",
        "llm.input_messages.1.message.role": "user",
        "llm.input_messages.2.message.role": "assistant",
        "llm.input_messages.2.message.tool_calls.0.tool_call.function.arguments": "{"city":"Madrid"}",
        "llm.input_messages.2.message.tool_calls.0.tool_call.function.name": "get_weather",
        "llm.input_messages.2.message.tool_calls.0.tool_call.id": "call_1",
        "llm.input_messages.2.message.tool_calls.1.tool_call.function.arguments": "{"city":"Rome"}",
        "llm.input_messages.2.message.tool_calls.1.tool_call.function.name": "get_weather",
        "llm.input_messages.2.message.tool_calls.1.tool_call.id": "call_2",
        "llm.input_messages.3.message.content": "31",
        "llm.input_messages.3.message.role": "tool",
        "llm.input_messages.3.message.tool_call_id": "call_1",
        "llm.input_messages.4.message.content": "28",
        "llm.input_messages.4.message.role": "tool",
        "llm.input_messages.4.message.tool_call_id": "call_2",
        "llm.invocation_parameters": "{"model":"gpt-4.1-mini","temperature":0}",
        "llm.model_name": "gpt-4.1-mini-2025-04-14",
        "llm.output_messages.0.message.content": "Madrid is at 31 degrees.",
        "llm.output_messages.0.message.role": "assistant",
        "llm.request.model_name": "gpt-4.1-mini",
        "llm.response.model_name": "gpt-4.1-mini-2025-04-14",
        "llm.system": "openai",
        "llm.token_count.completion": 9,
        "llm.token_count.completion_details.audio": 0,
        "llm.token_count.completion_details.reasoning": 0,
        "llm.token_count.prompt": 24,
        "llm.token_count.prompt_details.audio": 0,
        "llm.token_count.prompt_details.cache_read": 0,
        "llm.token_count.total": 33,
        "llm.tools.0.tool.json_schema": "{"type":"function","function":{"name":"get_weather","description":"Tells the weather.","parameters":{"type":"object","properties":{}}}}",
        "openinference.span.kind": "LLM",
        "output.mime_type": "text/plain",
        "output.value": "Madrid is at 31 degrees.",
      }
    `);
  });

  it.each(fixtures)("is told alike, whether streamed or not: %s", async (name) => {
    const { client } = await startClient(answerBoth(chatFixture(name)));

    await client.chat.completions.create(ASK);
    await readAll(await client.chat.completions.create({ ...ASK, stream: true }));

    const [plain, streamed] = traces.spans().map(({ attributes, status }) => ({
      ...attributes,
      "llm.invocation_parameters": undefined,
      status,
    }));
    expect(streamed).toEqual(plain);
    expect(Object.keys(plain ?? {}).some((key) => key.startsWith("llm.output_messages.0."))).toBe(
      name !== "empty-choices",
    );
  });

  it("keeps parallel calls apart whose pieces come in turns", async () => {
    const { client } = await startClient(answerBoth(chatFixture("interleaved-calls")));

    await readAll(await client.chat.completions.create({ ...ASK, stream: true }));

    const { attributes } = traces.span("ChatCompletion");
    const calls = "llm.output_messages.0.message.tool_calls";
    expect(Object.fromEntries(Object.entries(attributes).filter(([key]) => key.startsWith(calls)))).toEqual({
      [`${calls}.0.tool_call.id`]: "call_a1",
      [`${calls}.0.tool_call.function.name`]: "get_weather",
      [`${calls}.0.tool_call.function.arguments`]: '{"city":"Paris"}',
      [`${calls}.1.tool_call.id`]: "call_b2",
      [`${calls}.1.tool_call.function.name`]: "get_time",
      [`${calls}.1.tool_call.function.arguments`]: '{"zone":"CET"}',
    });
  });

  it("takes the tokens of a stream from its last chunk, details included", async () => {
    const { client } = await startClient(answerBoth(chatFixture("interleaved-calls")));

    await readAll(await client.chat.completions.create({ ...ASK, stream: true }));

    expect(traces.span("ChatCompletion").attributes).toMatchObject({
      "llm.token_count.prompt": 180,
      "llm.token_count.completion": 48,
      "llm.token_count.total": 228,
      "llm.token_count.prompt_details.cache_read": 128,
      "llm.token_count.completion_details.reasoning": 0,
    });
  });

  it("tells when the first token of a stream came", async () => {
    const { client } = await startClient(answerBoth(chatFixture("text")));

    await readAll(await client.chat.completions.create({ ...ASK, stream: true }));

    expect(traces.span("ChatCompletion").events.map(({ name }) => name)).toEqual(["First Token Stream Event"]);
  });

  it("has every choice, in the order of its index", async () => {
    const { client } = await startClient((response) =>
      sendEvents(response, [chunk(1, "se"), chunk(0, "fi"), chunk(1, "cond"), chunk(0, "rst")]),
    );

    await readAll(await client.chat.completions.create({ ...ASK, n: 2, stream: true }));

    expect(traces.span("ChatCompletion").attributes).toMatchObject({
      "output.value": "first",
      "llm.output_messages.0.message.content": "first",
      "llm.output_messages.1.message.content": "second",
    });
  });

  it("gives neither content nor tools among its parameters", async () => {
    const { client } = await startClient(answerBoth(chatFixture("text")));
    const prediction = { type: "content", content: "secret" } as const;

    await client.chat.completions.create({ ...ASK, tools: [weather], prediction, top_p: 0.5 });

    const parameters = { model: "gpt-4.1-mini", top_p: 0.5 };
    expect(traces.span("ChatCompletion").attributes["llm.invocation_parameters"]).toBe(JSON.stringify(parameters));
  });
});

describe("what is built on create", () => {
  const answer = {
    choices: [{ index: 0, message: { role: "assistant", content: '{"degrees":31}' }, finish_reason: "stop" }],
  };
  const response_format = zodResponseFormat(z.object({ degrees: z.number() }), "weather");

  it("traces parse once, and gives what it parsed", async () => {
    const { client } = await startClient((response) => sendJson(response, answer));

    const { choices } = await client.chat.completions.parse({ ...ASK, response_format });

    expect(choices[0]?.message.parsed).toEqual({ degrees: 31 });
    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(traces.span("ChatCompletion").attributes["output.value"]).toBe('{"degrees":31}');
  });

  it("traces stream once, and gives its events and the final answer", async () => {
    const { client } = await startClient(answerBoth(chatFixture("text")));
    const texts: string[] = [];

    const stream = client.chat.completions.stream(ASK).on("content", (delta) => texts.push(delta));
    const content = await stream.finalContent();

    expect([content, texts.join("")]).toEqual(["Madrid is at 31 degrees.", "Madrid is at 31 degrees."]);
    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(traces.span("ChatCompletion").attributes["output.value"]).toBe("Madrid is at 31 degrees.");
  });

  it("traces every call of runTools, side by side", async () => {
    const answers = [chatFixture("no-arguments"), chatFixture("text")];
    const { client } = await startClient((response) => sendJson(response, answers.shift()?.completion));
    const get_time = { name: "get_time", description: "", parameters: {}, function: () => "noon" };

    await client.chat.completions.runTools({ ...ASK, tools: [{ type: "function", function: get_time }] }).done();

    expect(traces.tree()).toBe("LLM ChatCompletion  OK\nLLM ChatCompletion  OK");
  });
});

function chunk(index: number, content: string): object {
  return { choices: [{ index, delta: { content } }] };
}
