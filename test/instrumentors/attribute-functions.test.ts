import { describe, expect, it } from "vitest";
import { CodeExecutionError, ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { agentStartAttributes } from "../../instrumentors/agent/attributes/agent.ts";
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

  it("counts cached and reasoning tokens as parts, and cost where it is known", () => {
    const usage = {
      inputTokens: 10,
      outputTokens: 5,
      totalTokens: 15,
      cachedTokens: 4,
      reasoningTokens: 2,
      costUsd: 0.01,
    };
    expect(modelOutputAttributes({ message, usage })).toMatchObject({
      "llm.token_count.prompt": 10,
      "llm.token_count.completion": 5,
      "llm.token_count.total": 15,
      "llm.token_count.prompt_details.cache_read": 4,
      "llm.token_count.completion_details.reasoning": 2,
      "llm.cost.total": 0.01,
    });
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

describe("codeFailureAttributes", () => {
  it("shows what code printed before it failed", () => {
    const error = new CodeExecutionError("x is not defined", { logs: "before" });
    expect(codeFailureAttributes(error)).toEqual({ "output.value": "before", "output.mime_type": "text/plain" });
    expect(codeFailureAttributes(new Error("other"))).toEqual({});
  });
});
