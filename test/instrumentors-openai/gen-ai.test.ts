import type { ChatCompletionCreateParamsNonStreaming } from "openai/resources/chat/completions";
import { describe, expect, it } from "vitest";
import { sendEvents, sendJson } from "../models/openai-server.ts";
import { target } from "./provider-of-its-own.ts";
import { ASK, readAll, startClient, traceOpenAI } from "./traced-client.ts";

traceOpenAI();

const completion = {
  id: "chatcmpl-1",
  model: "gpt-4.1-mini-2025-04-14",
  choices: [
    {
      index: 0,
      finish_reason: "tool_calls",
      message: {
        role: "assistant",
        reasoning_content: "Look.",
        tool_calls: [{ id: "call_1", type: "function", function: { name: "look", arguments: '{"city":"Madrid"}' } }],
      },
    },
  ],
  usage: {
    prompt_tokens: 24,
    completion_tokens: 9,
    total_tokens: 33,
    prompt_tokens_details: { cached_tokens: 8 },
    completion_tokens_details: { reasoning_tokens: 4 },
  },
};
const body: ChatCompletionCreateParamsNonStreaming = {
  ...ASK,
  temperature: 0.5,
  max_completion_tokens: 50,
  stop: "END",
  tools: [{ type: "function", function: { name: "look", parameters: { type: "object" } } }],
};

describe("a call in the words of GenAI", () => {
  it("is all that these have names for, and the span's kind", async () => {
    const { client } = await startClient((response) => sendJson(response, completion));
    const { spans } = target({ semconv: "gen_ai" });

    await client.chat.completions.create(body);

    expect(spans()[0]?.attributes).toMatchInlineSnapshot(`
      {
        "gen_ai.input.messages": "[{"role":"user","parts":[{"type":"text","content":"How hot is Madrid?"}]}]",
        "gen_ai.operation.name": "chat",
        "gen_ai.output.messages": "[{"role":"assistant","parts":[{"type":"reasoning","content":"Look."},{"type":"tool_call","id":"call_1","name":"look","arguments":{"city":"Madrid"}}],"finish_reason":"tool_calls"}]",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.max_tokens": 50,
        "gen_ai.request.model": "gpt-4.1-mini",
        "gen_ai.request.stop_sequences": [
          "END",
        ],
        "gen_ai.request.temperature": 0.5,
        "gen_ai.response.finish_reasons": [
          "tool_calls",
        ],
        "gen_ai.response.id": "chatcmpl-1",
        "gen_ai.response.model": "gpt-4.1-mini-2025-04-14",
        "gen_ai.tool.definitions": "[{"type":"function","name":"look","parameters":{"type":"object"}}]",
        "gen_ai.usage.cache_read.input_tokens": 8,
        "gen_ai.usage.input_tokens": 24,
        "gen_ai.usage.output_tokens": 9,
        "gen_ai.usage.reasoning.output_tokens": 4,
        "openinference.span.kind": "LLM",
      }
    `);
  });

  it("has the parameters of Responses under the same names", async () => {
    const { client } = await startClient((response) => sendJson(response, { object: "response", output: [] }));
    const { spans } = target({ semconv: "gen_ai" });
    const asked = { model: "gpt-5-mini", input: "Go", max_output_tokens: 50 };

    await client.responses.create({ ...asked, text: { format: { type: "json_object" } } });
    await client.responses.create({ ...asked, text: { format: { type: "text" } } });
    await client.responses.create({ ...asked, text: { verbosity: "low" } });

    const told = spans().map(({ attributes }) => attributes);
    expect(told.map((attributes) => attributes["gen_ai.request.max_tokens"])).toEqual([50, 50, 50]);
    expect(told.map((attributes) => attributes["gen_ai.output.type"])).toEqual(["json", "text", undefined]);
  });

  it("has sound as bytes, and of what the model says its words", async () => {
    const said = { message: { role: "assistant", content: null, audio: { id: "a", transcript: "31" } } };
    const { client } = await startClient((response) => sendJson(response, { choices: [{ index: 0, ...said }] }));
    const { spans } = target({ semconv: "gen_ai" });

    const content = [{ type: "input_audio", input_audio: { data: "AAAA", format: "mp3" } }] as const;
    await client.chat.completions.create({ ...ASK, messages: [{ role: "user", content: [...content] }] });

    const [input, output] = ["input", "output"].map((name) =>
      JSON.parse(String(spans()[0]?.attributes[`gen_ai.${name}.messages`])),
    );
    const blob = { type: "blob", modality: "audio", mime_type: "audio/mp3", content: "AAAA" };
    expect(input).toEqual([{ role: "user", parts: [blob] }]);
    expect(output).toEqual([{ role: "assistant", parts: [{ type: "text", content: "31" }] }]);
  });

  it("with both has the attributes of each", async () => {
    const { client } = await startClient((response) => sendJson(response, completion));
    const attributes: object[] = [];
    for (const semconv of ["openinference", "gen_ai", "both"] as const) {
      const { spans } = target({ semconv });
      await client.chat.completions.create(body);
      attributes.push(spans()[0]?.attributes ?? {});
    }

    const [openinference, genAi, both] = attributes;

    expect(both).toEqual({ ...openinference, ...genAi });
  });

  it.each([
    ["BadRequestError", 400],
    ["RateLimitError", 429],
  ])("says the kind of its error: %s", async (type, status) => {
    const { client } = await startClient((response) => sendJson(response, {}, { status }));
    const { spans } = target({ semconv: "both" });

    await client.chat.completions.create(ASK).catch(() => {});

    expect(spans()[0]?.attributes["error.type"]).toBe(type);
  });

  it("says the kind of an error that came with status 200", async () => {
    const failed = { object: "response", status: "failed", error: { code: "server_error", message: "Try later." } };
    const { client } = await startClient((response) => sendJson(response, { ...failed, output: [] }));
    const { spans } = target({ semconv: "gen_ai" });

    await client.responses.create({ model: "gpt-5-mini", input: "Go" });

    expect(spans()[0]?.attributes["error.type"]).toBe("ResponseError");
  });

  it("says why each of several choices ended, streamed too", async () => {
    const { client } = await startClient((response) =>
      sendEvents(response, [chunk(1, "two", "length"), chunk(0, "one", "stop")]),
    );
    const { spans } = target({ semconv: "both" });

    await readAll(await client.chat.completions.create({ ...ASK, n: 2, stream: true }));

    const attributes = spans()[0]?.attributes ?? {};
    expect(attributes["gen_ai.response.finish_reasons"]).toEqual(["stop", "length"]);
    expect(JSON.parse(String(attributes["gen_ai.output.messages"]))).toEqual([
      { role: "assistant", parts: [{ type: "text", content: "one" }], finish_reason: "stop" },
      { role: "assistant", parts: [{ type: "text", content: "two" }], finish_reason: "length" },
    ]);
  });
});

function chunk(index: number, content: string, finish_reason: string): object {
  return { choices: [{ index, delta: { content }, finish_reason }] };
}
