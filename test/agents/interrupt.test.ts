import { describe, expect, it } from "vitest";
import { ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { answers, calls, writes } from "../support/replies.ts";
import { caller, coder, search } from "../support/scripted-agents.ts";

type Options = Partial<ConstructorParameters<typeof ToolCallingAgent>[0]>;

function setUp(replies: readonly ScriptedReply[], options: Options = {}) {
  const model = new ScriptedModel(replies);
  return { model, agent: new ToolCallingAgent({ model, tools: [search], console: false, ...options }) };
}

const searching = (query: string) => calls(["search", { query }]);

describe("interrupt", () => {
  it("ends the run before its next step, and the conversation can go on", async () => {
    const { agent, model } = setUp([searching("a"), answers(2)], {
      stepCallbacks: [({ stepNumber }) => stepNumber === 1 && model.requests.length === 1 && agent.interrupt()],
    });
    const result = await agent.run("Go");
    expect(result).toMatchObject({ output: undefined, stopReason: "interrupted" });
    expect(result.steps).toHaveLength(2);
    expect((await agent.run("Go on", { reset: false })).output).toBe(2);
    expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual([
      "system",
      "user",
      "assistant",
      "tool",
      "user",
    ]);
  });

  it("takes effect right after a plan", async () => {
    const { agent, model } = setUp(["The plan", answers(1)], {
      planningInterval: 1,
      stepCallbacks: { planning: (_step, view) => view.agent.interrupt() },
    });
    expect((await agent.run("Go")).stopReason).toBe("interrupted");
    expect(model.requests).toHaveLength(1);
  });

  it("does nothing where no run goes on", async () => {
    const { agent } = setUp([answers(1)]);
    agent.interrupt();
    expect((await agent.run("Go")).stopReason).toBe("final-answer");
  });

  it("tells a manager that its managed agent was interrupted", async () => {
    const searcher = caller([searching("a")], "searcher");
    const manager = coder(
      [writes('console.log(await searcher({ task: "Search" }))'), writes("finalAnswer(1)")],
      [searcher],
    );
    const result = await manager.run("Go", {
      onEvent: ({ type, agentPath }) => type === "tool-end" && agentPath.length === 1 && searcher.interrupt(),
    });
    expect(result.steps[1]).toMatchObject({ observations: [{ text: expect.stringContaining("interrupted") }] });
  });

  it("reaches a run that has only just been asked for", async () => {
    const { agent, model } = setUp([answers(1)]);
    const run = agent.run("Go");
    agent.interrupt();
    expect((await run).stopReason).toBe("interrupted");
    expect(model.requests).toEqual([]);
  });

  it("reaches the managed runs in progress", async () => {
    const searcher = caller([searching("a"), answers("never asked")], "searcher");
    const { agent } = setUp([calls(["searcher", { task: "Search" }])], { tools: [], managedAgents: [searcher] });
    const result = await agent.run("Go", {
      onEvent: ({ type, agentPath }) => type === "tool-end" && agentPath.length === 1 && agent.interrupt(),
    });
    expect(result).toMatchObject({
      stopReason: "interrupted",
      steps: { 1: { observations: [{ text: expect.stringContaining("its work was interrupted") }] } },
    });
  });
});
