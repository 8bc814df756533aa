import { expect, it } from "vitest";
import { answerBoth } from "../models/openai-server.ts";
import { ASK, readAll, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();

it("a call of Chat Completions is told alike, streamed or not, with several choices, sound, an old call and a cost", async () => {
  const counts = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, cost: 0.25 };
  const old = { name: "f", arguments: '{"a":1}' };
  const messages = [{ audio: { transcript: "first" } }, { content: "second", function_call: old }];
  const chunks = [
    piece(1, { content: "sec" }),
    piece(0, { audio: { transcript: "fir" } }),
    piece(1, { content: "ond", function_call: { name: "f", arguments: '{"a"' } }),
    piece(0, { audio: { transcript: "st" } }, "stop"),
    piece(1, { function_call: { arguments: ":1}" } }, "function_call"),
    { choices: [], usage: counts },
  ];
  const reasons = ["stop", "function_call"];
  const choices = messages.map((message, index) => ({ index, message, finish_reason: reasons[index] }));
  const { client } = await startClient(answerBoth({ completion: { choices, usage: counts }, chunks }));

  await client.chat.completions.create({ ...ASK, n: 2 });
  await readAll(await client.chat.completions.create({ ...ASK, n: 2, stream: true }));

  const [plain, streamed] = traces.spans().map(({ attributes, status }) => ({
    ...attributes,
    "llm.invocation_parameters": undefined,
    status,
  }));
  expect(streamed).toEqual(plain);
  expect(plain).toMatchObject({
    "llm.cost.total": 0.25,
    "llm.output_messages.0.message.contents.0.message_content.audio.audio.transcript": "first",
    "llm.output_messages.1.message.content": "second",
    "llm.output_messages.1.message.tool_calls.0.tool_call.function.arguments": '{"a":1}',
  });
});

function piece(index: number, delta: object, finish_reason: string | null = null): object {
  return { choices: [{ index, delta, finish_reason }] };
}
