import { describe, expect, it } from "vitest";
import { type AgentEvent, ModelError, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";

const weather = tool({
  name: "get_weather",
  description: "Weather report for a place.",
  inputSchema: z.object({ location: z.string() }),
  execute: ({ location }) => `Sunny in ${location}`,
});

const failing = tool({
  name: "fail",
  description: "Always fails.",
  inputSchema: z.object({}),
  execute: () => {
    throw new TypeError("no luck");
  },
});

const askWeather = (location: string, id?: string) => ({
  name: "get_weather",
  arguments: { location },
  ...(id === undefined ? {} : { id }),
});
const answer = (text: unknown) => ({ toolCalls: [{ name: "final_answer", arguments: { answer: text } }] });

function setUp(
  replies: readonly ScriptedReply[],
  options: Partial<ConstructorParameters<typeof ToolCallingAgent>[0]> = {},
) {
  const model = new ScriptedModel(replies);
  const agent = new ToolCallingAgent({ model, tools: [weather, failing], console: false, ...options });
  return { model, agent };
}

describe("ToolCallingAgent", () => {
  it("calls tools until the final answer, and says why it stopped", async () => {
    const { agent } = setUp([{ toolCalls: [askWeather("Paris")] }, answer("It is sunny.")]);
    const result = await agent.run("How is the weather in Paris?");
    expect(result).toMatchObject({ output: "It is sunny.", stopReason: "final-answer" });
  });

  it("sends the model its own calls and their results, under the same ids", async () => {
    const { agent, model } = setUp([
      { content: "I look.", toolCalls: [askWeather("Paris", "a"), askWeather("Rome", "b")] },
      answer("done"),
    ]);
    await agent.run("Weather?");
    expect(model.requests[1]?.messages.slice(1)).toEqual([
      { role: "user", content: "New task:\nWeather?" },
      {
        role: "assistant",
        content: "I look.",
        toolCalls: [
          { id: "a", ...askWeather("Paris") },
          { id: "b", ...askWeather("Rome") },
        ],
      },
      { role: "tool", toolCallId: "a", toolName: "get_weather", content: "Sunny in Paris" },
      { role: "tool", toolCallId: "b", toolName: "get_weather", content: "Sunny in Rome" },
    ]);
  });

  it("keeps observations in the model's order, however long each call takes", async () => {
    const releases: (() => void)[] = [];
    const slow = tool({
      name: "slow",
      description: "Waits for the others.",
      inputSchema: z.object({ n: z.number() }),
      execute: async ({ n }) => {
        if (n < 11) await new Promise<void>((resolve) => releases.push(resolve));
        else releases.toReversed().forEach((release) => release());
        return n;
      },
    });
    const calls = [9, 10, 11].map((n) => ({ id: `call_${n}`, name: "slow", arguments: { n } }));
    const { agent } = setUp([{ toolCalls: calls }, answer("done")], { tools: [slow] });
    await agent.run("Go");
    expect(observations(agent)).toEqual(["9", "10", "11"]);
  });

  it("runs at most maxToolConcurrency calls at once", async () => {
    let [open, most] = [0, 0];
    const counting = tool({
      name: "count",
      description: "Counts.",
      inputSchema: z.object({}),
      execute: async () => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setImmediate(resolve));
        open--;
      },
    });
    const toolCalls = Array.from({ length: 6 }, () => ({ name: "count", arguments: {} }));
    const { agent } = setUp([{ toolCalls }, answer("done")], { tools: [counting], maxToolConcurrency: 2 });
    await agent.run("Go");
    expect(most).toBe(2);
  });

  it("tells the model of a failing tool, under the call's id, and keeps the results beside it", async () => {
    const { agent, model } = setUp([
      { toolCalls: [askWeather("Paris", "a"), { id: "b", name: "fail", arguments: {} }] },
      answer("done"),
    ]);
    await agent.run("Go");
    const [first, second] = model.requests[1]?.messages.filter(({ role }) => role === "tool") ?? [];
    expect(first).toMatchObject({ toolCallId: "a", content: "Sunny in Paris" });
    expect(second).toMatchObject({
      toolCallId: "b",
      content: expect.stringMatching(/^Error:\nTool "fail" failed: TypeError: no luck/),
    });
    expect(actionSteps(agent)[0]?.error).toEqual({
      type: "ToolExecutionError",
      message: 'Tool "fail" failed: TypeError: no luck',
    });
  });

  it("names the tools that are there when the model calls one that is not", async () => {
    const { agent } = setUp([{ toolCalls: [{ name: "serch", arguments: {} }] }, answer("done")]);
    await agent.run("Go");
    expect(actionSteps(agent)[0]?.error).toEqual({
      type: "ToolNotFoundError",
      message: 'The model called "serch", which is not among: get_weather, fail, final_answer.',
    });
  });

  it("tells the model which argument is wrong, before anything ran", async () => {
    const { agent } = setUp([{ toolCalls: [{ name: "get_weather", arguments: { location: 7 } }] }, answer("done")]);
    await agent.run("Go");
    expect(actionSteps(agent)[0]?.error?.message).toMatch(
      /^The arguments for "get_weather" do not fit its schema: location: .*string.*number/,
    );
  });

  it("says that arguments are no JSON, where the model's text was none", async () => {
    const { agent } = setUp([{ toolCalls: [{ name: "get_weather", arguments: '{"location": "Par' }] }, answer("done")]);
    await agent.run("Go");
    expect(actionSteps(agent)[0]?.error?.message).toContain("not valid JSON");
  });

  it("runs nothing when the final answer stands beside other calls", async () => {
    let calls = 0;
    const counted = tool({ name: "count", description: "Counts.", inputSchema: z.object({}), execute: () => ++calls });
    const both = { toolCalls: [{ name: "count", arguments: {} }, ...answer("early").toolCalls] };
    const { agent, model } = setUp([both, answer("late")], { tools: [counted] });
    expect((await agent.run("Go")).output).toBe("late");
    expect(calls).toBe(0);
    expect(actionSteps(agent)[0]?.error?.message).toContain("nothing was run");
    expect(model.requests[1]?.messages.slice(3)).toMatchObject([
      { role: "tool", toolCallId: "call_1", content: expect.stringContaining("nothing was run") },
      { role: "tool", toolCallId: "call_2", content: expect.stringContaining("nothing was run") },
    ]);
  });

  it.each([
    ["plain JSON", 'I call it. {"name": "get_weather", "arguments": {"location": "Oslo"}}'],
    ["a fence", '```json\n{"name": "get_weather", "arguments": {"location": "Oslo"}}\n```'],
    ["tags", '<tool_call>{"name": "get_weather", "arguments": "{\\"location\\": \\"Oslo\\"}"}</tool_call>'],
    ["thinking before it", '<think>{"name": "fail"}</think>{"name": "get_weather", "arguments": {"location": "Oslo"}}'],
  ])("finds a call written as text: %s", async (_form, content) => {
    const { agent } = setUp([content, answer("done")]);
    await agent.run("Go");
    expect(observations(agent)).toEqual(["Sunny in Oslo"]);
  });

  it("asks for a call when the model wrote none", async () => {
    const { agent, model } = setUp(["I would rather talk.", answer("done")]);
    await agent.run("Go");
    expect(actionSteps(agent)[0]?.error?.type).toBe("ParsingError");
    expect(model.requests[1]?.messages.slice(2)).toEqual([
      { role: "assistant", content: "I would rather talk.", toolCalls: [] },
      { role: "user", content: expect.stringMatching(/^Error:\nNo tool call was found/) },
    ]);
  });

  it("replaces the name of a value in the state by the value", async () => {
    const { agent } = setUp([{ toolCalls: [askWeather("place")] }, answer("place")]);
    const result = await agent.run("Go", { additionalArgs: { place: "Lima" } });
    expect(observations(agent)).toEqual(["Sunny in Lima"]);
    expect(result.output).toBe("Lima");
  });

  it("puts what a tool logs into the observation", async () => {
    const logging = tool({
      name: "station",
      description: "Logs.",
      inputSchema: z.object({}),
      execute: (_input, { log }) => (log("asked", { station: 3 }), "21 °C"),
    });
    const { agent } = setUp([{ toolCalls: [{ name: "station", arguments: {} }] }, answer("done")], {
      tools: [logging],
    });
    await agent.run("Go");
    expect(observations(agent)).toEqual(['asked {"station":3}\n21 °C']);
  });

  it("rejects with the ModelError and the memory so far when the model fails", async () => {
    const { agent } = setUp([{ toolCalls: [askWeather("Paris")] }, new Error("502")]);
    const failure: unknown = await agent.run("Go").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ModelError);
    expect(failure).toMatchObject({ message: 'The call to model "scripted" failed: 502' });
    expect(failure instanceof ModelError && failure.memory?.steps.map(({ type }) => type)).toEqual([
      "system-prompt",
      "task",
      "action",
      "action",
    ]);
  });

  it("tells everything that happens, the final event last", async () => {
    const events: AgentEvent[] = [];
    const { agent } = setUp([{ content: "I look.", toolCalls: [askWeather("Paris")] }, answer("done")]);
    await agent.run("Go", { onEvent: (event) => events.push(event) });
    expect(events.map(({ type }) => type)).toEqual([
      "run-start",
      "step-start",
      "text-delta",
      "text-delta",
      "tool-start",
      "tool-end",
      "step-end",
      "step-start",
      "tool-start",
      "tool-end",
      "step-end",
      "final",
    ]);
  });
});

function actionSteps(agent: ToolCallingAgent) {
  return agent.memory.steps.filter((step) => step.type === "action");
}

function observations(agent: ToolCallingAgent): string[] {
  return actionSteps(agent).flatMap((step) => (step.isFinalAnswer ? [] : step.observations.map(({ text }) => text)));
}
