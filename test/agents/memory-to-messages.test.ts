import { describe, expect, it } from "vitest";
import { AgentMemory, keepRecentSteps, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { answers, calls } from "../support/replies.ts";
import { search } from "../support/scripted-agents.ts";

const searching = (query: string): ScriptedReply => calls(["search", { query }]);

describe("memoryToMessages", () => {
  it("makes what the model sees; memory stays whole", async () => {
    const model = new ScriptedModel([searching("a"), answers(1)]);
    const agent = new ToolCallingAgent({
      model,
      tools: [search],
      console: false,
      memoryToMessages: (steps) => [{ role: "user", content: `${steps.length} steps` }],
    });
    const { steps } = await agent.run("Go");
    expect(model.requests.map(({ messages }) => messages)).toEqual([
      [{ role: "user", content: "2 steps" }],
      [{ role: "user", content: "3 steps" }],
    ]);
    expect(steps).toHaveLength(3);
  });

  it("of keepRecentSteps has old steps summed up by the model, and counts what that takes", async () => {
    const summary = { content: "I searched a.", usage: { inputTokens: 1000, outputTokens: 1 } };
    const isSummary: string[] = [];
    const script = [searching("a"), searching("b"), summary, searching("c"), summary, answers(1)];
    const model = new ScriptedModel(script);
    const memoryToMessages = keepRecentSteps({ steps: 1 });
    const agent = new ToolCallingAgent({ model, tools: [search], console: false, memoryToMessages });
    const { usage } = await agent.run("Go", {
      onEvent: (event) => event.type === "text-delta" && isSummary.push(event.text),
    });
    expect(usage.inputTokens).toBe(2000 + 4 * 100);
    expect(isSummary).toEqual([]);
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain("I searched a.");
    expect(JSON.stringify(model.requests.at(-1)?.messages)).not.toContain("Found a");
  });
});

describe("a saved memory", () => {
  it("is gone on from by another agent", async () => {
    const first = new ToolCallingAgent({ model: new ScriptedModel([answers(1)]), console: false });
    await first.run("First");
    const memory = AgentMemory.fromJSON(JSON.parse(JSON.stringify(first.memory)));
    const model = new ScriptedModel([answers(2)]);
    const second = new ToolCallingAgent({ model, memory, console: false });
    expect((await second.run("Second", { reset: false })).steps).toHaveLength(2);
    expect(model.requests[0]?.messages.map(({ role }) => role)).toEqual([
      "system",
      "user",
      "assistant",
      "tool",
      "user",
    ]);
  });
});

describe("an agent shows itself", () => {
  it("by replay and by visualize, on the stream of its log", async () => {
    const written: string[] = [];
    const stream = { write: (text: string) => written.push(text) };
    const agent = new ToolCallingAgent({
      model: new ScriptedModel([answers(42)]),
      tools: [search],
      console: { verbosity: "error", stream },
    });
    await agent.run("Go");
    agent.replay();
    agent.visualize();
    expect(written[0]).toContain("42");
    expect(written[1]).toContain("search");
  });

  it("by the system prompt of its next run", async () => {
    const model = new ScriptedModel([answers(1)]);
    const agent = new ToolCallingAgent({ model, tools: [search], instructions: "Be brief.", console: false });
    await agent.run("Go");
    expect(model.requests[0]?.messages[0]).toEqual({ role: "system", content: agent.systemPrompt });
    expect(agent.systemPrompt).toContain("Be brief.");
  });
});
