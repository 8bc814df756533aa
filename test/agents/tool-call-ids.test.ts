import { describe, expect, it } from "vitest";
import { tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";

const weather = tool({
  name: "get_weather",
  description: "Weather report for a place.",
  inputSchema: z.object({ location: z.string() }),
  execute: ({ location }) => `Sunny in ${location}`,
});

const askWeather = (location: string, id: string) => ({ id, name: "get_weather", arguments: { location } });
const answer = (text: unknown) => ({ toolCalls: [{ name: "final_answer", arguments: { answer: text } }] });

function setUp(
  replies: readonly ScriptedReply[],
  options: Partial<ConstructorParameters<typeof ToolCallingAgent>[0]> = {},
) {
  const model = new ScriptedModel(replies);
  return { model, agent: new ToolCallingAgent({ model, tools: [weather], console: false, ...options }) };
}

describe("a tool call's id", () => {
  it("loses no call, though it be empty or that of another", async () => {
    const { agent, model } = setUp([
      { toolCalls: [askWeather("A", "x"), askWeather("B", "x"), askWeather("C", "")] },
      answer("done"),
    ]);
    await agent.run("Go");
    expect(observations(agent)).toEqual(["Sunny in A", "Sunny in B", "Sunny in C"]);
    const ids = model.requests[1]?.messages.flatMap((message) => (message.role === "tool" ? message.toolCallId : []));
    expect(new Set(ids).size).toBe(3);
  });

  it("is made up where it is missing, and is none that another call has", async () => {
    const toolCalls = [askWeather("A", "call_1_1"), askWeather("B", ""), askWeather("C", "call_1_2")];
    const { agent } = setUp([{ toolCalls }, answer("done")]);
    await agent.run("Go");
    expect(actionSteps(agent)[0]?.toolCalls.map(({ id }) => id)).toEqual(["call_1_1", "call_1_3", "call_1_2"]);
  });

  it("has a result in the next request also when an abort cut one off", async () => {
    const abort = new AbortController();
    const aborting = tool({
      name: "abort",
      description: "Aborts.",
      inputSchema: z.object({}),
      execute: () => abort.abort(),
    });
    const waiting = tool({
      name: "wait",
      description: "Waits for the abort.",
      inputSchema: z.object({}),
      execute: async (_input, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", reject)),
    });
    const toolCalls = [
      { name: "wait", arguments: {} },
      { name: "abort", arguments: {} },
    ];
    const { agent, model } = setUp([{ toolCalls }, answer("done")], { tools: [waiting, aborting] });
    await agent.run("Go", { signal: abort.signal }).catch(() => {});
    await agent.run("Go on", { reset: false });
    expect(model.requests[1]?.messages.slice(3, 5)).toMatchObject([
      { role: "tool", toolCallId: "call_1", content: "This call was not finished." },
      { role: "tool", toolCallId: "call_2" },
    ]);
  });
});

function actionSteps(agent: ToolCallingAgent) {
  return agent.memory.steps.filter((step) => step.type === "action");
}

function observations(agent: ToolCallingAgent): string[] {
  return actionSteps(agent).flatMap((step) => (step.isFinalAnswer ? [] : step.observations.map(({ text }) => text)));
}
