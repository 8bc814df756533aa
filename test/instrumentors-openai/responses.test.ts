import { zodTextFormat } from "openai/helpers/zod";
import type { ResponseInputItem } from "openai/resources/responses/responses";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { sendEvents, sendJson } from "../models/openai-server.ts";
import { readAll, readAndLeave, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();
const ASK = { model: "gpt-5-mini", input: "How hot is Madrid?" };

const reasoning = {
  type: "reasoning",
  id: "rs_1",
  summary: [{ type: "summary_text", text: "It is summer." }],
  encrypted_content: "gAAA",
};
const said = (text: string): object => ({
  type: "message",
  id: "msg_1",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text, annotations: [] }],
});
const called = (id: string, city: string): object => ({
  type: "function_call",
  id: `fc_${id}`,
  call_id: id,
  name: "get_weather",
  arguments: JSON.stringify({ city }),
  status: "completed",
});
const usage = {
  input_tokens: 50,
  input_tokens_details: { cached_tokens: 32, cache_write_tokens: 8 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 12 },
  total_tokens: 70,
};
const responseOf = (output: readonly object[], others: object = {}): object => ({
  id: "resp_1",
  object: "response",
  model: "gpt-5-mini-2025-08-07",
  status: "completed",
  error: null,
  incomplete_details: null,
  output,
  usage,
  ...others,
});

/** Is what a stream of the same response consists of, but for events that nothing is read from. */
function eventsOf(output: readonly object[]): object[] {
  const begun = responseOf([], { status: "in_progress", usage: null });
  return [
    { type: "response.created", response: begun },
    ...output.flatMap((item, output_index) => [
      { type: "response.output_item.added", output_index, item },
      { type: "response.output_item.done", output_index, item },
    ]),
    { type: "response.completed", response: responseOf(output) },
  ];
}

const answering =
  (output: readonly object[]): Parameters<typeof startClient>[0] =>
  (response, { body }) =>
    body["stream"] === true ? sendEvents(response, eventsOf(output)) : sendJson(response, responseOf(output));

describe("a call of Responses", () => {
  it("is one LLM span that holds what was sent and what came back", async () => {
    const { client } = await startClient(answering([reasoning, called("call_1", "Madrid"), called("call_2", "Rome")]));
    const input: ResponseInputItem[] = [
      {
        role: "user",
        content: [
          { type: "input_text", text: "Where is this?" },
          { type: "input_image", image_url: "https://example.com/a.png", detail: "auto" },
        ],
      },
      { type: "function_call", call_id: "call_0", name: "look", arguments: "{}" },
      { type: "function_call_output", call_id: "call_0", output: "Spain" },
      { role: "user", content: "How hot is it?" },
    ];

    await client.responses.create({
      ...ASK,
      input,
      instructions: "Be brief.",
      reasoning: { effort: "low" },
      tools: [
        { type: "function", name: "get_weather", parameters: { type: "object" }, strict: true },
        { type: "web_search" },
      ],
    });

    expect(traces.tree()).toBe("LLM Responses  OK");
    expect(traces.span("Responses").attributes).toMatchInlineSnapshot(`
      {
        "input.mime_type": "text/plain",
        "input.value": "How hot is it?",
        "llm.finish_reason": "completed",
        "llm.input_messages.0.message.content": "Be brief.",
        "llm.input_messages.0.message.role": "system",
        "llm.input_messages.1.message.contents.0.message_content.text": "Where is this?",
        "llm.input_messages.1.message.contents.0.message_content.type": "text",
        "llm.input_messages.1.message.contents.1.message_content.image.image.url": "https://example.com/a.png",
        "llm.input_messages.1.message.contents.1.message_content.type": "image",
        "llm.input_messages.1.message.role": "user",
        "llm.input_messages.2.message.role": "assistant",
        "llm.input_messages.2.message.tool_calls.0.tool_call.function.arguments": "{}",
        "llm.input_messages.2.message.tool_calls.0.tool_call.function.name": "look",
        "llm.input_messages.2.message.tool_calls.0.tool_call.id": "call_0",
        "llm.input_messages.3.message.content": "Spain",
        "llm.input_messages.3.message.role": "tool",
        "llm.input_messages.3.message.tool_call_id": "call_0",
        "llm.input_messages.4.message.content": "How hot is it?",
        "llm.input_messages.4.message.role": "user",
        "llm.invocation_parameters": "{"model":"gpt-5-mini","reasoning":{"effort":"low"}}",
        "llm.model_name": "gpt-5-mini-2025-08-07",
        "llm.output_messages.0.message.contents.0.message_content.encrypted_content": "gAAA",
        "llm.output_messages.0.message.contents.0.message_content.id": "rs_1",
        "llm.output_messages.0.message.contents.0.message_content.text": "It is summer.",
        "llm.output_messages.0.message.contents.0.message_content.type": "reasoning",
        "llm.output_messages.0.message.role": "assistant",
        "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": "{"city":"Madrid"}",
        "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get_weather",
        "llm.output_messages.0.message.tool_calls.0.tool_call.id": "call_1",
        "llm.output_messages.0.message.tool_calls.1.tool_call.function.arguments": "{"city":"Rome"}",
        "llm.output_messages.0.message.tool_calls.1.tool_call.function.name": "get_weather",
        "llm.output_messages.0.message.tool_calls.1.tool_call.id": "call_2",
        "llm.request.model_name": "gpt-5-mini",
        "llm.response.model_name": "gpt-5-mini-2025-08-07",
        "llm.system": "openai",
        "llm.token_count.completion": 20,
        "llm.token_count.completion_details.reasoning": 12,
        "llm.token_count.prompt": 50,
        "llm.token_count.prompt_details.cache_read": 32,
        "llm.token_count.prompt_details.cache_write": 8,
        "llm.token_count.total": 70,
        "llm.tools.0.tool.json_schema": "{"type":"function","function":{"name":"get_weather","parameters":{"type":"object"},"strict":true}}",
        "llm.tools.1.tool.json_schema": "{"type":"web_search"}",
        "openinference.span.kind": "LLM",
        "output.mime_type": "application/json",
        "output.value": "{"content":"","toolCalls":[{"id":"call_1","name":"get_weather","arguments":{"city":"Madrid"}},{"id":"call_2","name":"get_weather","arguments":{"city":"Rome"}}]}",
      }
    `);
  });

  it("is told alike, whether streamed or not", async () => {
    const { client } = await startClient(answering([reasoning, said("31"), called("call_1", "Madrid")]));

    await client.responses.create(ASK);
    await readAll(await client.responses.create({ ...ASK, stream: true }));

    const [plain, streamed] = traces.spans().map(({ attributes }) => ({
      ...attributes,
      "llm.invocation_parameters": undefined,
    }));
    expect(streamed).toEqual(plain);
    expect(plain).toMatchObject({ "llm.token_count.total": 70, "llm.finish_reason": "completed" });
  });

  it("has a text alone as the content of its answer", async () => {
    const { client } = await startClient(answering([said("31")]));

    const { output_text } = await client.responses.create(ASK);

    expect(output_text).toBe("31");
    expect(traces.span("Responses").attributes).toMatchObject({
      "output.value": "31",
      "llm.output_messages.0.message.content": "31",
    });
  });

  it("tells why an answer was cut off", async () => {
    const cutOff = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
    const { client } = await startClient((response) => sendJson(response, responseOf([said("31")], cutOff)));

    await client.responses.create(ASK);

    expect(traces.span("Responses").attributes["llm.finish_reason"]).toBe("max_output_tokens");
  });

  it.each([
    ["a failed response", { type: "response.failed", response: failed() }],
    ["an error event", { type: "error", code: "server_error", message: "Try later." }],
  ])("is a failed one where %s comes with status 200, and throws no more than before", async (_name, event) => {
    const { client } = await startClient((response) => sendEvents(response, [event]));

    const events = await readAll(await client.responses.create({ ...ASK, stream: true }));

    expect(events).toEqual([event]);
    expect(traces.tree()).toBe("LLM Responses  ERROR");
    expect(traces.span("Responses").events.at(-1)?.attributes).toMatchObject({
      "exception.message": "server_error: Try later.",
    });
  });

  it("keeps what came of an answer that was left", async () => {
    const { client } = await startClient((response) =>
      sendEvents(response, [
        { type: "response.created", response: responseOf([], { status: "in_progress", usage: null }) },
        { type: "response.output_item.added", output_index: 0, item: { ...said(""), content: [] } },
        { type: "response.output_text.delta", output_index: 0, delta: "3" },
        { type: "response.output_text.delta", output_index: 0, delta: "1" },
        { type: "response.output_text.delta", output_index: 0, delta: "2" },
      ]),
    );

    await readAndLeave(await client.responses.create({ ...ASK, stream: true }), 4);

    const { attributes } = traces.span("Responses");
    expect(attributes).toMatchObject({ "output.value": "31", "vitrine.stop_reason": "abandoned" });
    expect(attributes).not.toHaveProperty("llm.finish_reason");
  });
});

describe("what is built on create", () => {
  it("traces parse once, and gives what it parsed", async () => {
    const { client } = await startClient(answering([said('{"degrees":31}')]));
    const text = { format: zodTextFormat(z.object({ degrees: z.number() }), "weather") };

    const { output_parsed } = await client.responses.parse({ ...ASK, text });

    expect(output_parsed).toEqual({ degrees: 31 });
    expect(traces.tree()).toBe("LLM Responses  OK");
  });

  it("traces stream once, and gives the final response", async () => {
    const { client } = await startClient(answering([said("31")]));

    const { output } = await client.responses.stream(ASK).finalResponse();

    expect(output).toMatchObject([{ content: [{ text: "31" }] }]);
    expect(traces.tree()).toBe("LLM Responses  OK");
    expect(traces.span("Responses").attributes["output.value"]).toBe("31");
  });
});

function failed(): object {
  return responseOf([], { status: "failed", error: { code: "server_error", message: "Try later." } });
}
