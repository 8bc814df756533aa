import { describe, expect, it } from "vitest";
import type { Message, ToolSpec } from "../../src/models/message.ts";
import type { GenerateRequest } from "../../src/models/model.ts";
import { fromChatCompletion } from "../../src/models/openai-answer.ts";
import { toChatRequest } from "../../src/models/openai-wire.ts";

const tools: ToolSpec[] = [{ name: "look", description: "Looks.", inputSchema: { type: "object", properties: {} } }];

function sent(request: Partial<GenerateRequest>, modelId = "gpt-4.1"): Record<string, unknown> {
  return toChatRequest({ messages: [], ...request }, { modelId, parameters: {} });
}

describe("toChatRequest", () => {
  it("sends messages one by one, in their roles", () => {
    const messages: Message[] = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Look." },
      {
        role: "user",
        content: [
          { type: "text", text: "At this:" },
          { type: "image", url: "data:image/png;base64,AA==" },
        ],
      },
      {
        role: "assistant",
        content: "",
        reasoning: "Hm.",
        toolCalls: [{ id: "c1", name: "look", arguments: { at: 1 } }],
      },
      { role: "tool", toolCallId: "c1", toolName: "look", content: "A cat." },
      { role: "assistant", content: "A cat.", toolCalls: [] },
    ];

    expect(sent({ messages })["messages"]).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Look." },
      {
        role: "user",
        content: [
          { type: "text", text: "At this:" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } },
        ],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name: "look", arguments: '{"at":1}' } }],
      },
      { role: "tool", tool_call_id: "c1", content: "A cat." },
      { role: "assistant", content: "A cat." },
    ]);
  });

  it.each([
    ["an object", { city: "Paris" }, '{"city":"Paris"}'],
    ["nothing", undefined, "{}"],
    ["a list", [1], "[1]"],
    ["text of an object", '{"city": "Paris"}', '{"city": "Paris"}'],
    ["text of something else", "[1]", '{"invalid_json":"[1]"}'],
    ["text that is cut off", '{"city": "Pa', '{"invalid_json":"{\\"city\\": \\"Pa"}'],
  ])("sends arguments as the text of JSON: %s", (_name, input, text) => {
    const toolCalls = [{ id: "c1", name: "look", arguments: input }];

    const body = sent({ messages: [{ role: "assistant", content: "", toolCalls }] });

    expect(body).toHaveProperty("messages[0].tool_calls[0].function.arguments", text);
  });

  it("offers tools, with the choice among them", () => {
    expect(sent({ tools, toolChoice: "required" })).toMatchObject({
      tools: [
        { type: "function", function: { name: "look", description: "Looks.", parameters: tools[0]?.inputSchema } },
      ],
      tool_choice: "required",
    });
  });

  it("names no choice where there are no tools", () => {
    expect(Object.keys(sent({ tools: [], toolChoice: "required", stopSequences: [] }))).toEqual(["model", "messages"]);
  });

  it.each([
    [true, { type: "object", properties: { code: {} }, required: ["code"], additionalProperties: false }],
    [false, { type: "object" }],
  ])("asks for JSON of a schema, strictly where the schema allows it: %s", (strict, schema) => {
    expect(sent({ responseFormat: { name: "code", schema } })["response_format"]).toEqual({
      type: "json_schema",
      json_schema: { name: "code", schema, strict },
    });
  });
});

describe("fromChatCompletion", () => {
  it("counts the total where the endpoint does not", () => {
    const completion = { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } };

    const { usage } = fromChatCompletion(completion, { newCallId: () => "c1" });

    expect(usage).toEqual({ inputTokens: 3, outputTokens: 4, totalTokens: 7 });
  });

  it.each([
    ['{"a":1}', { a: 1 }],
    ['"Paris"', "Paris"],
    ["Paris", "Paris"],
    [" ", {}],
    ["null", {}],
    [{ a: 1 }, { a: 1 }],
  ])("reads the arguments %j", (given, expected) => {
    const tool_calls = [{ id: "c1", function: { name: "look", arguments: given } }];

    const { message } = fromChatCompletion({ choices: [{ message: { tool_calls } }] }, { newCallId: () => "" });

    expect(message.toolCalls).toEqual([{ id: "c1", name: "look", arguments: expected }]);
  });
});
