import { describe, expect, it } from "vitest";
import { CHAT_COMPLETIONS } from "../../instrumentors/openai/chat-completions.ts";
import { RESPONSES } from "../../instrumentors/openai/responses.ts";
import { wireMessageEntries, type WireMessage } from "../../instrumentors/openai/wire-message.ts";

function entriesOf(messages: readonly WireMessage[]): Readonly<Record<string, string>>[] {
  return messages.map((message) => Object.fromEntries(wireMessageEntries(message)));
}

describe("a message of Chat Completions shows", () => {
  it.each<[string, object, object]>([
    ["a text", { role: "user", content: "Hi" }, { "message.content": "Hi" }],
    ["a named one", { role: "user", name: "ann", content: "Hi" }, { "message.name": "ann", "message.content": "Hi" }],
    [
      "an image",
      { role: "user", content: [{ type: "image_url", image_url: { url: "https://x.org/a.png" } }] },
      contents({ type: "image", "image.image.url": "https://x.org/a.png" }),
    ],
    [
      "sound",
      { role: "user", content: [{ type: "input_audio", input_audio: { data: "UklGRg==", format: "mp3" } }] },
      contents({
        type: "audio",
        "audio.audio.url": "data:audio/mp3;base64,UklGRg==",
        "audio.audio.mime_type": "audio/mp3",
      }),
    ],
    [
      "a refusal among parts",
      { role: "assistant", content: [{ type: "refusal", refusal: "No." }] },
      { "message.content": "No." },
    ],
    ["a refusal beside them", { role: "assistant", content: null, refusal: "No." }, { "message.content": "No." }],
    [
      "reasoning, and what was said",
      { role: "assistant", content: "31", reasoning_content: "It is summer." },
      contents({ type: "reasoning", text: "It is summer." }, { type: "text", text: "31" }),
    ],
    [
      "the call of a tool that takes any text",
      { role: "assistant", tool_calls: [{ id: "1", type: "custom", custom: { name: "sql", input: "SELECT 1" } }] },
      call("1", "sql", "SELECT 1"),
    ],
    [
      "a call as it was once made",
      { role: "assistant", function_call: { name: "f", arguments: "{}" } },
      call("", "f", "{}"),
    ],
    [
      "a file, as JSON",
      { role: "user", content: [{ type: "file", file: { file_id: "file-1" } }] },
      { "message.content": '{"type":"file","file":{"file_id":"file-1"}}' },
    ],
  ])("%s", (_name, message, shown) => {
    const { messages } = CHAT_COMPLETIONS.readRequest({ messages: [message] });

    expect(entriesOf(messages)).toEqual([{ ...roleOf(message), ...shown }]);
  });

  it("what the model says aloud, with its reasoning and its refusal, in an answer", () => {
    const gathering = CHAT_COMPLETIONS.gather();
    gathering.add({
      choices: [
        { index: 0, message: { role: "assistant", content: null, audio: { id: "a", transcript: "31" } } },
        { index: 1, message: { role: "assistant", content: null, refusal: "No.", reasoning: "Is it right?" } },
      ],
    });

    expect(entriesOf(gathering.answer().messages)).toEqual([
      { "message.role": "assistant", ...contents({ type: "audio", "audio.audio.transcript": "31" }) },
      {
        "message.role": "assistant",
        ...contents({ type: "reasoning", text: "Is it right?" }, { type: "text", text: "No." }),
      },
    ]);
  });

  it("all the details of tokens", () => {
    const gathering = CHAT_COMPLETIONS.gather();
    gathering.add({
      choices: [],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 20,
        total_tokens: 30,
        prompt_tokens_details: { cached_tokens: 4, audio_tokens: 3, cache_write_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 6, audio_tokens: 5 },
      },
    });

    expect(gathering.answer().tokens).toEqual({
      prompt: 10,
      completion: 20,
      total: 30,
      cacheRead: 4,
      cacheWrite: 2,
      promptAudio: 3,
      reasoning: 6,
      completionAudio: 5,
    });
  });
});

describe("an item of Responses shows", () => {
  it.each<[string, object, object]>([
    ["a text", { role: "user", content: "Hi" }, { "message.role": "user", "message.content": "Hi" }],
    [
      "an image",
      { role: "user", content: [{ type: "input_image", image_url: "https://x.org/a.png" }] },
      { "message.role": "user", ...contents({ type: "image", "image.image.url": "https://x.org/a.png" }) },
    ],
    [
      "an image that the model has drawn",
      { type: "image_generation_call", id: "ig_1", output_format: "webp", result: "UklGRg==" },
      {
        "message.role": "assistant",
        ...contents({ type: "image", "image.image.url": "data:image/webp;base64,UklGRg==" }),
      },
    ],
    [
      "reasoning that cannot be read",
      { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" },
      { "message.role": "assistant", ...contents({ type: "reasoning", id: "rs_1", encrypted_content: "gAAA" }) },
    ],
    [
      "a refusal",
      { type: "message", role: "assistant", content: [{ type: "refusal", refusal: "No." }] },
      { "message.role": "assistant", "message.content": "No." },
    ],
    [
      "a call that the server makes by itself",
      { type: "web_search_call", id: "ws_1", action: { type: "search", query: "heat" } },
      { "message.role": "assistant", ...call("ws_1", "web_search", '{"type":"search","query":"heat"}') },
    ],
    [
      "what a tool gave",
      { type: "function_call_output", call_id: "1", output: [{ type: "input_text", text: "31" }] },
      { "message.role": "tool", "message.tool_call_id": "1", "message.content": "31" },
    ],
  ])("%s", (_name, item, shown) => {
    const { messages } = RESPONSES.readRequest({ input: [item] });

    expect(entriesOf(messages)).toEqual([shown]);
  });
});

function roleOf(message: object): object {
  return "role" in message ? { "message.role": message.role } : {};
}

function contents(...parts: readonly Readonly<Record<string, string>>[]): object {
  return Object.fromEntries(
    parts.flatMap((part, index) =>
      Object.entries(part).map(([name, value]) => [`message.contents.${index}.message_content.${name}`, value]),
    ),
  );
}

function call(id: string, name: string, input: string): object {
  const key = "message.tool_calls.0.tool_call";
  return { ...(id ? { [`${key}.id`]: id } : {}), [`${key}.function.name`]: name, [`${key}.function.arguments`]: input };
}
