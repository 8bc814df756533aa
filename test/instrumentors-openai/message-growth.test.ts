import { setMetadata } from "@arizeai/openinference-core";
import { context, trace } from "@opentelemetry/api";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import type { ResponseInputItem } from "openai/resources/responses/responses";
import { describe, expect, it } from "vitest";
import { answerBoth, sendJson } from "../models/openai-server.ts";
import { target } from "./provider-of-its-own.ts";
import { ASK, chatFixture, startClient, traceOpenAI } from "./traced-client.ts";

traceOpenAI();
const answer = answerBoth(chatFixture("text"));

type Attributes = Readonly<Record<string, unknown>>;

function history(length: number, size = 2000): ChatCompletionMessageParam[] {
  const turns = Array.from({ length }, (_, index): ChatCompletionMessageParam[] => [
    { role: "user", content: `${index} ${"q".repeat(size)}` },
    { role: "assistant", content: `${index} ${"a".repeat(size)}` },
  ]);
  return [{ role: "developer", content: "Be brief." }, ...turns.flat(), { role: "user", content: "And?" }];
}

function indexes(attributes: Attributes): number[] {
  const found = Object.keys(attributes).flatMap(
    (key) => /^llm\.input_messages\.(\d+)\.message\.role$/.exec(key)?.[1] ?? [],
  );
  return found.map(Number).toSorted((left, right) => left - right);
}

function noteOf(attributes: Attributes | undefined): unknown {
  const note = attributes?.["metadata"];
  return typeof note === "string" ? JSON.parse(note) : undefined;
}

/** Goes on with one conversation, the same list, for so many calls, inside a span of the caller's. */
async function converse(calls: number): Promise<void> {
  const { client } = await startClient(answer);
  const messages = history(0);
  await trace.getTracer("user").startActiveSpan("conversation", async (span) => {
    for (let call = 0; call < calls; call++) {
      const { choices } = await client.chat.completions.create({ ...ASK, messages });
      if (choices[0]) messages.push(choices[0].message, { role: "user", content: `${call} ${"x".repeat(1000)}` });
    }
    span.end();
  });
}

describe("the messages of a call", () => {
  it("are all there while there is room", async () => {
    const { client } = await startClient(answer);
    const { spans } = target();

    await client.chat.completions.create({ ...ASK, messages: history(5) });

    const { attributes } = spans()[0] ?? { attributes: {} };
    expect([indexes(attributes).length, noteOf(attributes)]).toEqual([12, undefined]);
  });

  it("are system, task and the newest, under their true indexes, when there is none", async () => {
    const { client } = await startClient(answer);
    const { spans } = target({ maxSpanBytes: 20_000 });

    await client.chat.completions.create({ ...ASK, messages: history(40) });

    const { attributes } = spans()[0] ?? { attributes: {} };
    const shown = indexes(attributes);
    expect([shown.slice(0, 2), shown.at(-1)]).toEqual([[0, 1], 81]);
    expect(noteOf(attributes)).toMatchObject({
      input_messages_total: 82,
      input_messages_omitted: [[2, (shown[2] ?? 0) - 1]],
    });
    const bytes = Object.entries(attributes).map(([key, value]) => key.length + String(value).length);
    expect(bytes.reduce((sum, length) => sum + length)).toBeLessThan(24_000);
  });

  it("are half as many with both conventions, which say each twice", async () => {
    const { client } = await startClient(answer);
    const [{ spans: once }, body] = [target({ maxSpanBytes: 20_000 }), { ...ASK, messages: history(40) }];
    await client.chat.completions.create(body);
    const { spans: twice } = target({ maxSpanBytes: 20_000, semconv: "both" });
    await client.chat.completions.create(body);

    const [single, double] = [once, twice].map((spans) => indexes(spans()[0]?.attributes ?? {}).length);

    expect(double).toBeLessThan((single ?? 0) * 0.75);
  });

  it("are all there, always, with full", async () => {
    const { client } = await startClient(answer);
    const { spans } = target({ messages: "full", maxSpanBytes: 1000 });

    await client.chat.completions.create({ ...ASK, messages: history(100) });

    expect(indexes(spans()[0]?.attributes ?? {}).length).toBe(202);
  });

  it("are the new ones with delta, each in one span of the trace, and it is told where the others are", async () => {
    const { spans } = target({ messages: "delta" });

    await converse(3);

    const [first, second, third] = spans();
    expect([first, second, third].map((span) => indexes(span?.attributes ?? {}))).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    const [firstId, secondId] = [first, second].map((span) => span?.spanContext().spanId);
    const from = { first: 0, last: 1, span_id: firstId, first_there: 0 };
    const then = { first: 2, last: 3, span_id: secondId, first_there: 2 };
    expect([first, second, third].map((span) => noteOf(span?.attributes))).toEqual([
      undefined,
      { input_messages_total: 4, input_messages_omitted: [[0, 1]], input_messages_from: [from] },
      { input_messages_total: 6, input_messages_omitted: [[0, 3]], input_messages_from: [from, then] },
    ]);
  });

  it("are all new with delta where nothing is known of earlier calls: each of these is a trace of its own", async () => {
    const { client } = await startClient(answer);
    const { spans } = target({ messages: "delta" });
    const messages = history(2);

    await client.chat.completions.create({ ...ASK, messages });
    await client.chat.completions.create({ ...ASK, messages });

    expect(spans().map(({ attributes }) => indexes(attributes))).toEqual([
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2, 3, 4, 5],
    ]);
  });

  it("are new again, with delta, where they were changed in place", async () => {
    const { client } = await startClient(answer);
    const { spans } = target({ messages: "delta" });
    const [system, task] = history(0);

    await trace.getTracer("user").startActiveSpan("conversation", async (span) => {
      if (!system || !task) throw new Error("There is no message.");
      await client.chat.completions.create({ ...ASK, messages: [system, task] });
      system.content = "Be long.";
      await client.chat.completions.create({ ...ASK, messages: [system, task] });
      span.end();
    });

    expect(spans().map(({ attributes }) => attributes["llm.input_messages.0.message.content"])).toEqual([
      "Be brief.",
      "Be long.",
    ]);
    expect(indexes(spans()[1]?.attributes ?? {})).toEqual([0]);
  });

  it("are whole in the span of the call that first sent them, whatever room there is", async () => {
    const { spans } = target({ maxSpanBytes: 1500 });

    await converse(6);

    const newest = spans().map(
      ({ attributes }) => attributes[`llm.input_messages.${indexes(attributes).at(-1)}.message.content`],
    );
    expect(newest.slice(1)).toEqual([0, 1, 2, 3, 4].map((call) => `${call} ${"x".repeat(1000)}`));
    expect(noteOf(spans().at(-1)?.attributes)).toMatchObject({ input_messages_total: 12 });
  });

  it("leave what the caller put into metadata", async () => {
    const { client } = await startClient(answer);
    const { spans } = target({ maxSpanBytes: 1000 });

    await context.with(setMetadata(context.active(), { team: "a" }), async () =>
      client.chat.completions.create({ ...ASK, messages: history(40) }),
    );

    expect(noteOf(spans()[0]?.attributes)).toMatchObject({ team: "a", input_messages_total: 82 });
  });

  it("are what is lost of 80 where a provider allows 128 attributes, the oldest first", async () => {
    const { client } = await startClient(answer);
    const { spans } = target({ messages: "full" }, 128);

    await client.chat.completions.create({ ...ASK, messages: history(39, 20) });

    const { attributes } = spans()[0] ?? { attributes: {} };
    expect(attributes).toMatchObject({
      "llm.token_count.total": 33,
      "llm.finish_reason": "stop",
      "output.value": "Madrid is at 31 degrees.",
      "llm.output_messages.0.message.content": "Madrid is at 31 degrees.",
    });
    expect([indexes(attributes).slice(0, 2), indexes(attributes).at(-1)]).toEqual([[0, 1], 79]);
  });
});

it("knows the items of Responses that were sent before, joined ones too", async () => {
  const { client } = await startClient((response) =>
    sendJson(response, { object: "response", status: "completed", output: [] }),
  );
  const { spans } = target({ messages: "delta" });
  const input: ResponseInputItem[] = [
    { role: "user", content: "How hot?" },
    { role: "assistant", content: "I look." },
    { type: "function_call", call_id: "call_1", name: "look", arguments: "{}" },
    { type: "function_call_output", call_id: "call_1", output: "31" },
  ];

  await trace.getTracer("user").startActiveSpan("conversation", async (span) => {
    await client.responses.create({ model: "gpt-5-mini", input });
    await client.responses.create({ model: "gpt-5-mini", input: [...input, { role: "user", content: "And now?" }] });
    span.end();
  });

  expect(spans().map(({ attributes }) => indexes(attributes))).toEqual([[0, 1, 2], [3]]);
});
