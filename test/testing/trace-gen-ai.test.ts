import { describe, expect, it } from "vitest";
import { instrument } from "vitrine/instrumentors";
import { RecordedModel } from "../../src/testing/recorded-model.ts";
import { comparable, inGenAi, outcomeOf, scenarios } from "../support/scenarios.ts";
import { traceEachTest } from "../support/traces.ts";

const trace = traceEachTest();

describe("RecordedModel.fromTrace, of spans in the words of gen_ai,", () => {
  it.each(scenarios)("rebuilds of $name what they tell", async (scenario) => {
    instrument(undefined, { semconv: "gen_ai", maxSpanBytes: 4000 });
    const model = scenario.script();
    await outcomeOf(scenario.run(model));
    const { calls } = await RecordedModel.fromTrace(trace.spans());
    const rebuilt = calls.map(({ request }) => inGenAi(request));
    expect(comparable(rebuilt, scenario)).toEqual(comparable(model.requests.map(inGenAi), scenario));
  });
});

const ASKED = [{ role: "user", parts: [{ type: "text", content: "Which city?" }] }];
const SAID = [{ role: "assistant", parts: [{ type: "text", content: "Paris" }], finish_reason: "stop" }];

/** A span of somebody else's instrumentor, as the GenAI conventions have it. */
function chatSpan(attributes: Readonly<Record<string, unknown>>) {
  const given = Object.entries(attributes).map(([name, value]) => [
    `gen_ai.${name}`,
    typeof value === "object" && !Array.isArray(value) ? value : written(name, value),
  ]);
  return { name: "chat m", attributes: { "gen_ai.operation.name": "chat", ...Object.fromEntries(given) } };
}

function written(name: string, value: unknown): unknown {
  return /messages|instructions|definitions/.test(name) ? JSON.stringify(value) : value;
}

describe("a span of the GenAI conventions", () => {
  it("tells what a model was asked, and what it answered", async () => {
    const span = chatSpan({
      "request.model": "m",
      "response.model": "m-1",
      "request.temperature": 0.5,
      "request.choice.count": 2,
      "request.stop_sequences": ["x"],
      "response.finish_reasons": ["stop"],
      "usage.input_tokens": 3,
      "usage.output_tokens": 2,
      "usage.cache_read.input_tokens": 1,
      "usage.reasoning.output_tokens": 1,
      system_instructions: [{ type: "text", content: "Be brief." }],
      "input.messages": ASKED,
      "output.messages": [
        { role: "assistant", parts: [{ type: "reasoning", content: "Hm." }, ...(SAID[0]?.parts ?? [])] },
      ],
      "tool.definitions": [{ type: "function", name: "look", description: "Looks.", parameters: { type: "object" } }],
    });
    expect((await RecordedModel.fromTrace([span])).calls).toEqual([
      {
        modelId: "m",
        request: {
          messages: [
            { role: "system", content: "Be brief." },
            { role: "user", content: "Which city?" },
          ],
          promptTools: [{ name: "look", description: "Looks.", inputSchema: { type: "object" } }],
          stopSequences: ["x"],
          parameters: { temperature: 0.5, n: 2 },
        },
        output: {
          message: { role: "assistant", content: "Paris", toolCalls: [], reasoning: "Hm." },
          usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5, cachedTokens: 1, reasoningTokens: 1 },
          finishReason: "stop",
          modelId: "m-1",
        },
      },
    ]);
  });

  it("tells calls, their results under the names of their tools, and images", async () => {
    const call = { type: "tool_call", id: "1", name: "look", arguments: { at: "a" } };
    const broken = { type: "tool_call", name: "look", arguments: "no JSON {" };
    const span = chatSpan({
      "input.messages": [
        { role: "assistant", parts: [call, broken] },
        { role: "tool", parts: [{ type: "tool_call_response", id: "1", response: { seen: 1 } }] },
        { role: "tool", parts: [{ type: "tool_call_response", id: "2", result: "old" }] },
        { role: "user", parts: [{ type: "uri", modality: "image", uri: "https://example.org/a.png" }] },
        { role: "user", parts: [{ type: "blob", modality: "image", mime_type: "image/png", content: "QUFB" }] },
      ],
      "output.messages": SAID,
    });
    const { calls } = await RecordedModel.fromTrace([span]);
    expect(calls[0]?.request.messages).toEqual([
      {
        role: "assistant",
        content: "",
        toolCalls: [
          { id: "1", name: "look", arguments: { at: "a" } },
          { id: "", name: "look", arguments: "no JSON {" },
        ],
      },
      { role: "tool", toolCallId: "1", toolName: "look", content: '{"seen":1}' },
      { role: "tool", toolCallId: "2", toolName: "", content: "old" },
      { role: "user", content: [{ type: "image", url: "https://example.org/a.png" }] },
      { role: "user", content: [{ type: "image", url: "data:image/png;base64,QUFB" }] },
    ]);
  });

  it("gives way to what OpenInference says of the same call", async () => {
    const span = chatSpan({ "input.messages": ASKED, "output.messages": SAID });
    const attributes = {
      ...span.attributes,
      "llm.request.model_name": "m",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Rome",
    };
    const { calls } = await RecordedModel.fromTrace([{ ...span, attributes }]);
    expect(calls[0]?.output?.message.content).toBe("Rome");
  });

  it.each([
    ["what was asked", { "output.messages": SAID }, /was asked is not in the trace: masks have hidden it/],
    ["what was answered", { "input.messages": ASKED }, /^The answer of "chat m" .* is not in the trace/],
    ["either", { "request.model": "m" }, /The 1 LLM spans of the trace hold no messages/],
  ])("that does not tell %s cannot be run again, and says so", async (_what, attributes, message) => {
    await expect(RecordedModel.fromTrace([chatSpan(attributes)])).rejects.toThrow(message);
  });
});
