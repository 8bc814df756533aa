import { describe, expect, it } from "vitest";
import { ToolCallingAgent } from "vitrine";
import { type InstrumentOptions, instrument } from "vitrine/instrumentors";
import { ScriptedModel } from "vitrine/testing";
import { genAiProvider, inConvention, toGenAi } from "../../instrumentors/shared/gen-ai.ts";
import { toGenAiMessages } from "../../instrumentors/shared/gen-ai-messages.ts";
import { messageAttributes } from "../../instrumentors/agent/attributes/messages.ts";
import type { Message } from "../../src/models/message.ts";
import { answers, calls } from "../support/replies.ts";
import { search } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();

describe("toGenAi", () => {
  it.each([
    ["chat", { "llm.request.model_name": "a" }, { "gen_ai.request.model": "a" }],
    ["chat", { "llm.response.model_name": "b" }, { "gen_ai.response.model": "b" }],
    ["chat", { "llm.provider": "azure", "llm.system": "openai" }, { "gen_ai.provider.name": "azure.ai.openai" }],
    ["chat", { "llm.system": "mistralai" }, { "gen_ai.provider.name": "mistral_ai" }],
    ["chat", { "llm.token_count.prompt": 1 }, { "gen_ai.usage.input_tokens": 1 }],
    ["chat", { "llm.token_count.completion": 2 }, { "gen_ai.usage.output_tokens": 2 }],
    ["chat", { "llm.token_count.prompt_details.cache_read": 3 }, { "gen_ai.usage.cache_read.input_tokens": 3 }],
    ["chat", { "llm.token_count.prompt_details.cache_write": 4 }, { "gen_ai.usage.cache_creation.input_tokens": 4 }],
    ["chat", { "llm.token_count.completion_details.reasoning": 5 }, { "gen_ai.usage.reasoning.output_tokens": 5 }],
    ["chat", { "llm.finish_reason": "length" }, { "gen_ai.response.finish_reasons": ["length"] }],
    [
      "chat",
      {
        "llm.invocation_parameters":
          '{"temperature":0,"max_completion_tokens":9,"stop":["x"],"n":2,"seed":1,"response_format":{}}',
      },
      {
        "gen_ai.request.temperature": 0,
        "gen_ai.request.max_tokens": 9,
        "gen_ai.request.stop_sequences": ["x"],
        "gen_ai.request.choice.count": 2,
        "gen_ai.request.seed": 1,
        "gen_ai.output.type": "json",
      },
    ],
    [
      "chat",
      { "llm.tools.0.tool.json_schema": '{"type":"function","function":{"name":"f","parameters":{}}}' },
      { "gen_ai.tool.definitions": '[{"type":"function","name":"f","parameters":{}}]' },
    ],
    [
      "chat",
      {
        "llm.finish_reason": "stop",
        "llm.output_messages.0.message.role": "assistant",
        "llm.output_messages.0.message.content": "Hi",
      },
      {
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.output.messages":
          '[{"role":"assistant","parts":[{"type":"text","content":"Hi"}],"finish_reason":"stop"}]',
      },
    ],
    [
      "execute_tool",
      { "tool.name": "f", "tool.description": "F.", "tool.id": "1" },
      { "gen_ai.tool.name": "f", "gen_ai.tool.description": "F.", "gen_ai.tool.call.id": "1" },
    ],
    [
      "execute_tool",
      { "input.value": "{}", "output.value": "x" },
      { "gen_ai.tool.call.arguments": "{}", "gen_ai.tool.call.result": "x" },
    ],
    [
      "invoke_agent",
      {
        "agent.name": "a",
        "input.value": "Go",
        "input.images.0.image.url": "https://x.org/a.png",
        "output.value": "Done",
        "vitrine.stop_reason": "final-answer",
      },
      {
        "gen_ai.agent.name": "a",
        "gen_ai.input.messages":
          '[{"role":"user","parts":[{"type":"text","content":"Go"},{"type":"uri","modality":"image","uri":"https://x.org/a.png"}]}]',
        "gen_ai.output.messages":
          '[{"role":"assistant","parts":[{"type":"text","content":"Done"}],"finish_reason":"stop"}]',
      },
    ],
    [
      "plan",
      { "output.value": "1. Look." },
      { "gen_ai.output.messages": '[{"role":"assistant","parts":[{"type":"text","content":"1. Look."}]}]' },
    ],
    [undefined, { "session.id": "s", "input.value": "x" }, { "gen_ai.conversation.id": "s" }],
    ["chat", { "llm.cost.total": 1, "llm.invocation_parameters": "no JSON" }, {}],
  ] as const)("gives for %s of %o %o", (operation, attributes, twins) => {
    expect(toGenAi({ ...attributes }, operation)).toEqual(twins);
  });
});

describe("genAiProvider", () => {
  it.each([
    ["openai", "openai"],
    ["aws", "aws.bedrock"],
    ["google", "gcp.gemini"],
    ["vertexai", "gcp.vertex_ai"],
    ["xai", "x_ai"],
    ["groq", "groq"],
  ])("calls %s %s", (provider, name) => {
    expect(genAiProvider(provider)).toBe(name);
  });
});

describe("toGenAiMessages", () => {
  const toolCalls = [{ id: "1", name: "f", arguments: { a: 1 } }];
  it.each<[string, Message, unknown]>([
    ["a text", { role: "user", content: "Hi" }, { role: "user", parts: [{ type: "text", content: "Hi" }] }],
    [
      "images",
      {
        role: "user",
        content: [
          { type: "text", text: "See" },
          { type: "image", url: "data:image/png;base64,AA" },
        ],
      },
      {
        role: "user",
        parts: [
          { type: "text", content: "See" },
          { type: "blob", modality: "image", mime_type: "image/png", content: "AA" },
        ],
      },
    ],
    [
      "reasoning and calls",
      { role: "assistant", content: "", reasoning: "Hm.", toolCalls },
      {
        role: "assistant",
        parts: [
          { type: "reasoning", content: "Hm." },
          { type: "tool_call", id: "1", name: "f", arguments: { a: 1 } },
        ],
      },
    ],
    [
      "a result",
      { role: "tool", toolCallId: "1", toolName: "f", content: "2" },
      { role: "tool", parts: [{ type: "tool_call_response", id: "1", response: "2" }] },
    ],
  ])("reads %s", (_what, message, expected) => {
    expect(toGenAiMessages(messageAttributes("llm.input_messages", [message]), "llm.input_messages")).toEqual([
      expected,
    ]);
  });

  it("keeps the order of true indexes, with gaps", () => {
    const keys = [10, 2, 0].map((index) => [`m.${index}.message.content`, String(index)]);
    expect(toGenAiMessages(Object.fromEntries(keys), "m").map(({ parts }) => parts[0]?.["content"])).toEqual([
      "0",
      "2",
      "10",
    ]);
  });
});

describe("inConvention", () => {
  const attributes = { "tool.name": "f", "vitrine.max_steps": 1, "input.mime_type": "text/plain", metadata: "{}" };
  it.each([
    ["openinference", attributes],
    ["both", { ...attributes, "gen_ai.tool.name": "f" }],
    ["gen_ai", { "vitrine.max_steps": 1, metadata: "{}", "gen_ai.tool.name": "f" }],
  ] as const)("keeps with %s %o", (semconv, kept) => {
    expect(inConvention(attributes, { semconv, operation: "execute_tool" })).toEqual(kept);
  });
});

async function keysOf(semconv: InstrumentOptions["semconv"]) {
  instrument().instrument({ semconv });
  const model = new ScriptedModel([calls(["search", { query: "bad" }]), answers("done")]);
  await new ToolCallingAgent({ model, tools: [search], console: false }).run("Go");
  return traces.spans().map(({ name, attributes }) => ({ name, attributes, keys: Object.keys(attributes) }));
}

describe("semconv", () => {
  it("says everything twice with both, and on the same spans", async () => {
    const spans = await keysOf("both");
    expect(
      spans.map(({ name, attributes }) => [
        name,
        attributes["openinference.span.kind"],
        attributes["gen_ai.operation.name"],
      ]),
    ).toEqual([
      ["ScriptedModel.generate", "LLM", "chat"],
      ["search", "TOOL", "execute_tool"],
      ["Step 1", "CHAIN", undefined],
      ["ScriptedModel.generate", "LLM", "chat"],
      ["final_answer", "TOOL", "execute_tool"],
      ["Step 2", "CHAIN", undefined],
      ["ToolCallingAgent.run", "AGENT", "invoke_agent"],
    ]);
    expect(spans[1]?.attributes).toMatchObject({
      "error.type": "ToolExecutionError",
      "tool.name": "search",
      "gen_ai.tool.name": "search",
    });
    expect(spans.at(-1)?.attributes).toMatchObject({
      "gen_ai.provider.name": "scripted",
      "gen_ai.request.model": "scripted",
      "gen_ai.agent.name": "ToolCallingAgent",
    });
  });

  it("leaves of OpenInference only the kind with gen_ai", async () => {
    const foreign = (await keysOf("gen_ai")).flatMap(({ keys }) =>
      keys.filter((key) => !/^(gen_ai|vitrine|error)\./.test(key)),
    );
    expect(new Set(foreign)).toEqual(new Set(["openinference.span.kind"]));
  });

  it("knows nothing of gen_ai unless it is told", async () => {
    expect((await keysOf(undefined)).flatMap(({ keys }) => keys).filter((key) => /^(gen_ai|error)/.test(key))).toEqual(
      [],
    );
  });
});
