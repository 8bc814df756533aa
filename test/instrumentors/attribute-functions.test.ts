import { describe, expect, it } from "vitest";
import { AgentAbortError, CodeExecutionError, LimitError, ModelError, ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import {
  agentFailureAttributes,
  agentResultAttributes,
  agentStartAttributes,
} from "../../instrumentors/agent/attributes/agent.ts";
import { codeFailureAttributes } from "../../instrumentors/agent/attributes/code.ts";
import { messageAttributes } from "../../instrumentors/agent/attributes/messages.ts";
import { modelOutputAttributes, modelStartAttributes } from "../../instrumentors/agent/attributes/model.ts";
import { stepResultAttributes } from "../../instrumentors/agent/attributes/step.ts";
import type { ActionStep } from "../../src/memory/steps.ts";

const model = new ScriptedModel([], { modelId: "asked-for" });
const message = { role: "assistant", content: "Hi.", toolCalls: [] } as const;
const step: ActionStep = {
  type: "action",
  stepNumber: 1,
  modelInput: [],
  modelOutput: "",
  toolCalls: [],
  observations: [],
  isFinalAnswer: false,
  timing: { startTime: 0, endTime: 1, durationMs: 1 },
};

describe("modelOutputAttributes", () => {
  it("names the model that answered, which may be another than the one asked for", () => {
    expect(modelOutputAttributes({ message, modelId: "that-answered" })).toMatchObject({
      "llm.model_name": "that-answered",
      "llm.response.model_name": "that-answered",
    });
  });

  it("counts cached and reasoning tokens and those of sound as parts, and cost where it is known", () => {
    const usage = {
      inputTokens: 10,
      outputTokens: 5,
      totalTokens: 15,
      cachedTokens: 4,
      reasoningTokens: 2,
      audioInputTokens: 3,
      audioOutputTokens: 1,
      costUsd: 0.01,
    };
    expect(modelOutputAttributes({ message, usage })).toMatchObject({
      "llm.token_count.prompt": 10,
      "llm.token_count.completion": 5,
      "llm.token_count.total": 15,
      "llm.token_count.prompt_details.cache_read": 4,
      "llm.token_count.completion_details.reasoning": 2,
      "llm.token_count.prompt_details.audio": 3,
      "llm.token_count.completion_details.audio": 1,
      "llm.cost.total": 0.01,
    });
  });

  const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15, cachedTokens: 4 };
  const price = { inputPerMillion: 1e6, outputPerMillion: 2e6, cachedInputPerMillion: 1e5 };

  it("tells the parts of a cost that was counted by the model's price", () => {
    const counted = { ...usage, reasoningTokens: 2, costUsd: 16.4 };
    expect(modelOutputAttributes({ message, usage: counted }, price)).toMatchObject({
      "llm.cost.total": 16.4,
      "llm.cost.prompt": 6.4,
      "llm.cost.prompt_details.cache_read": 0.4,
      "llm.cost.prompt_details.input": 6,
      "llm.cost.completion": 10,
      "llm.cost.completion_details.reasoning": 4,
      "llm.cost.completion_details.output": 6,
    });
  });

  it("tells sums of money without what binary fractions add to them", () => {
    const counted = { inputTokens: 1, outputTokens: 2, totalTokens: 3, costUsd: 0.1 + 0.2 };
    const attributes = modelOutputAttributes(
      { message, usage: counted },
      { inputPerMillion: 0.1 * 1e6, outputPerMillion: 0.1 * 1e6 },
    );
    expect(attributes).toMatchObject({ "llm.cost.total": 0.3, "llm.cost.prompt": 0.1, "llm.cost.completion": 0.2 });
  });

  it("tells no part of a cost whose tokens nobody told", () => {
    const counted = { inputTokens: 10, outputTokens: 5, totalTokens: 15, costUsd: 20 };
    const attributes = modelOutputAttributes({ message, usage: counted }, price);
    expect(Object.keys(attributes).filter((key) => /cost.*details/.test(key))).toEqual([]);
  });

  it.each([
    ["the endpoint counted itself", { ...usage, costUsd: 3 }, price],
    ["nobody knows the price", { ...usage, costUsd: 3 }, undefined],
  ] as const)("tells the sum alone where %s", (_why, counted, known) => {
    const attributes = modelOutputAttributes({ message, usage: counted }, known);
    expect(Object.entries(attributes).filter(([key]) => key.startsWith("llm.cost"))).toEqual([["llm.cost.total", 3]]);
  });

  it("leaves out what the endpoint did not tell", () => {
    expect(
      Object.keys(modelOutputAttributes({ message })).filter((key) => /token|model_name|finish/.test(key)),
    ).toEqual([]);
  });
});

describe("modelStartAttributes", () => {
  it("has parameters also where they hold what is no JSON", () => {
    const attributes = modelStartAttributes(model, { messages: [], parameters: { seed: 10n } });
    expect(attributes["llm.invocation_parameters"]).toBe('{"model":"asked-for","seed":"10"}');
  });
});

it("has no content among the parameters", () => {
  const parameters = { temperature: 0, messages: [1], tools: [2], instructions: "secret", functions: [3] };
  const attributes = modelStartAttributes(model, { messages: [], parameters });
  expect(attributes["llm.invocation_parameters"]).toBe('{"model":"asked-for","temperature":0}');
});

describe("messageAttributes", () => {
  it("has no id for a call that has none", () => {
    const toolCalls = [{ id: "", name: "search", arguments: { q: 1 } }];
    expect(messageAttributes("m", [{ ...message, toolCalls }])).toEqual({
      "m.0.message.role": "assistant",
      "m.0.message.content": "Hi.",
      "m.0.message.tool_calls.0.tool_call.function.name": "search",
      "m.0.message.tool_calls.0.tool_call.function.arguments": '{"q":1}',
    });
  });
});

describe("agentStartAttributes", () => {
  it("shows the images of the task", () => {
    const agent = new ToolCallingAgent({ model, console: false });
    const images = [{ type: "image", url: "https://example.org/cat.png" }] as const;
    expect(agentStartAttributes(agent, "Go", { images })).toMatchObject({
      "input.images.0.image.url": "https://example.org/cat.png",
    });
  });

  it("tells the limit and the arguments of the run, not those of the agent", () => {
    const agent = new ToolCallingAgent({ model, maxSteps: 20, console: false });
    expect(agentStartAttributes(agent, "Go", { maxSteps: 3, additionalArgs: { rate: 2 } })).toMatchObject({
      "vitrine.max_steps": 3,
      "vitrine.additional_args": '{"rate":2}',
    });
  });
});

it("has images among the arguments of a run in one place", () => {
  const agent = new ToolCallingAgent({ model, console: false });
  const picture = { type: "image", url: "data:image/png;base64,AA" } as const;
  expect(agentStartAttributes(agent, "Go", { additionalArgs: { picture } })).toMatchObject({
    "vitrine.additional_args": '{"picture":{"type":"image","url":"input.images.0"}}',
    "input.images.0.image.url": picture.url,
  });
});

it("tells what a run used, cached and reasoning tokens and cost too, under names that nobody adds up", () => {
  const details = { cachedTokens: 1, reasoningTokens: 1, audioInputTokens: 2, audioOutputTokens: 0, costUsd: 0.5 };
  const parts = { inputTokens: 3, outputTokens: 2, totalTokens: 5, ...details };
  const usage = { ...parts, own: parts, managed: parts };
  const attributes = agentResultAttributes({
    output: 1,
    stopReason: "max-steps",
    steps: [],
    usage,
    timing: { startTime: 0, endTime: 1, durationMs: 1 },
  });
  expect(attributes).toEqual({
    "output.value": "1",
    "output.mime_type": "text/plain",
    "vitrine.stop_reason": "max-steps",
    "vitrine.usage.input_tokens": 3,
    "vitrine.usage.output_tokens": 2,
    "vitrine.usage.total_tokens": 5,
    "vitrine.usage.cached_tokens": 1,
    "vitrine.usage.reasoning_tokens": 1,
    "vitrine.usage.audio_input_tokens": 2,
    "vitrine.usage.audio_output_tokens": 0,
    "vitrine.usage.cost_usd": 0.5,
  });
});

it.each([
  ["duration", new LimitError("Too late.", { limit: "duration" })],
  ["aborted", new AgentAbortError("Aborted.")],
  ["failed", new ModelError("No answer.")],
])("tells why a run stopped that gave nothing: %s", (reason, error) => {
  expect(agentFailureAttributes(error)).toEqual({ "vitrine.stop_reason": reason });
});

describe("stepResultAttributes", () => {
  it.each([
    ["a text", "25.1 years", { "output.value": "25.1 years", "output.mime_type": "text/plain" }],
    ["a number", 42, { "output.value": "42", "output.mime_type": "text/plain" }],
    ["an object", { a: 1 }, { "output.value": '{"a":1}', "output.mime_type": "application/json" }],
    ["nothing", undefined, {}],
  ])("shows a final answer that is %s", (_kind, output, attributes) => {
    expect(stepResultAttributes({ ...step, isFinalAnswer: true, output })).toEqual(attributes);
  });

  it("shows a failure that no observation tells of", () => {
    const error = { type: "ParsingError", message: "no call" };
    expect(stepResultAttributes({ ...step, error })).toEqual({
      "output.value": "no call",
      "output.mime_type": "text/plain",
    });
  });
});

it("names the tool of each result, where a step has several", () => {
  const observations = [
    { toolCallId: "1", toolName: "search", text: "found" },
    { toolCallId: "2", toolName: "read", text: "", error: { type: "ToolExecutionError", message: "no such page" } },
  ];
  expect(stepResultAttributes({ ...step, observations })["output.value"]).toBe(
    "search: found\nread: Error: no such page",
  );
  expect(stepResultAttributes({ ...step, observations: observations.slice(0, 1) })["output.value"]).toBe("found");
});

describe("codeFailureAttributes", () => {
  it("shows what code printed before it failed", () => {
    const error = new CodeExecutionError("x is not defined", { logs: "before" });
    expect(codeFailureAttributes(error)).toEqual({ "output.value": "before", "output.mime_type": "text/plain" });
    expect(codeFailureAttributes(new Error("other"))).toEqual({});
  });
});
