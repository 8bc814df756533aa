import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import {
  AgentAbortError,
  ConfigurationError,
  type FinalAnswerCheck,
  tool,
  ToolCallingAgent,
  type ToolContext,
} from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { answers, calls } from "../support/replies.ts";
import { search } from "../support/scripted-agents.ts";

type Options = Partial<ConstructorParameters<typeof ToolCallingAgent>[0]>;

function setUp(replies: readonly ScriptedReply[], options: Options = {}) {
  const model = new ScriptedModel(replies);
  return { model, agent: new ToolCallingAgent({ model, tools: [search], console: false, ...options }) };
}

describe("a run", () => {
  it("gives the steps, the usage and the time of this run alone", async () => {
    const { agent } = setUp([answers(1), answers(2)]);
    await agent.run("First");
    const result = await agent.run("Second", { reset: false });
    expect(result.steps).toMatchObject([
      { type: "task", task: "Second" },
      { type: "action", output: 2 },
    ]);
    expect(result.usage.totalTokens).toBe(110);
    expect(result.timing.durationMs).toBeCloseTo(result.timing.endTime - result.timing.startTime);
  });

  it("forgets the conversation before, unless it is to go on with it", async () => {
    const { agent, model } = setUp([answers(1), answers(2), answers(3)]);
    await agent.run("First");
    await agent.run("Second", { reset: false });
    await agent.run("Third");
    expect(model.requests.map(({ messages }) => messages.filter(({ role }) => role === "user").length)).toEqual([
      1, 2, 1,
    ]);
  });

  it("shares no memory with another that goes on at the same time", async () => {
    const { agent } = setUp([answers("a"), answers("b")]);
    const [first, second] = await Promise.all([agent.run("First"), agent.run("Second")]);
    expect([first.steps.length, second.steps.length]).toEqual([2, 2]);
  });

  it("refuses to go on with a conversation that is not over", async () => {
    const { agent } = setUp([answers("a"), answers("b")]);
    const first = agent.run("First");
    const failure: unknown = await agent.run("Second", { reset: false }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(failure).toMatchObject({ memory: agent.memory });
    await first;
  });

  it("answers from what it has when its steps are used up", async () => {
    const { agent, model } = setUp([calls(["search", { query: "x" }]), "I think x."], { maxSteps: 1 });
    expect(await agent.run("Go")).toMatchObject({ output: "I think x.", stopReason: "max-steps" });
    expect(model.requests[1]?.tools).toBeUndefined();
    expect(model.requests[1]?.messages.filter(({ role }) => role === "system").length).toBe(1);
    expect(model.requests[1]?.messages.at(-1)?.content).toMatch(/Go$/);
    expect(agent.memory.steps.at(-1)).toMatchObject({
      stepNumber: 2,
      error: { type: "LimitError" },
      output: "I think x.",
    });
  });

  it("takes no step at all with maxSteps 0", async () => {
    const { agent, model } = setUp(["At once."]);
    expect((await agent.run("Go", { maxSteps: 0 })).output).toBe("At once.");
    expect(model.requests.length).toBe(1);
  });

  it.each([-1, 1.5, Number.NaN])("refuses maxSteps %s", async (maxSteps) => {
    await expect(setUp([]).agent.run("Go", { maxSteps })).rejects.toBeInstanceOf(ConfigurationError);
    expect(() => setUp([], { maxSteps })).toThrow(ConfigurationError);
  });

  it("refuses to make no tool calls at once", () => {
    expect(() => setUp([], { maxToolConcurrency: 0 })).toThrow("maxToolConcurrency is 0; it must be a whole number, 1");
  });

  it("plans before the first step, and again after each interval, with the steps that remain", async () => {
    const plan = "1. Search. <end_plan>";
    const step = calls(["search", { query: "x" }]);
    const { agent, model } = setUp([plan, step, step, "2. Answer.", answers("done")], {
      planningInterval: 2,
      maxSteps: 5,
      instructions: "Be brief.",
    });
    const result = await agent.run("Go");
    expect(result.steps.map(({ type }) => type)).toEqual([
      "task",
      "planning",
      "action",
      "action",
      "planning",
      "action",
    ]);
    const [first, , , update] = model.requests;
    expect(first?.messages.map(({ role }) => role)).toEqual(["user"]);
    expect(first?.messages[0]?.content).toContain("Be brief.");
    expect(first?.stopSequences).toEqual(["<end_plan>"]);
    expect(update?.messages.at(-1)?.content).toContain("You have 3 steps remaining.");
    expect(model.requests[1]?.messages.slice(2)).toMatchObject([
      { role: "assistant", content: expect.stringContaining("1. Search.") },
      { role: "user", content: "Now proceed and carry out this plan." },
    ]);
  });

  it("plans with the images of the task", async () => {
    const { agent, model } = setUp(["1. Look.", answers("a cat")], { planningInterval: 5 });
    const image = { type: "image", url: "data:image/png;base64,AAAA" } as const;
    await agent.run("What is this?", { images: [image] });
    expect(model.requests[0]?.messages[0]?.content).toEqual([{ type: "text", text: expect.any(String) }, image]);
  });

  it("shows its memory and its agent to the checks of its final answer", async () => {
    const seen: unknown[] = [];
    const check: FinalAnswerCheck = (_answer, { memory, agent: asked }) => seen.push(memory, asked.name) > 0;
    const { agent } = setUp([answers(1)], { finalAnswerChecks: [check] });
    await agent.run("Go");
    expect(seen).toEqual([agent.memory, "ToolCallingAgent"]);
  });

  it("takes no further step once it is aborted between two", async () => {
    const abort = new AbortController();
    const { agent, model } = setUp([calls(["search", { query: "x" }]), answers(1)]);
    const run = agent.run("Go", { signal: abort.signal, onEvent: ({ type }) => type === "step-end" && abort.abort() });
    await expect(run).rejects.toBeInstanceOf(AgentAbortError);
    expect(model.requests.length).toBe(1);
  });

  it("gives a refused final answer back with the reason", async () => {
    const { agent, model } = setUp([answers(1), answers(2), answers(3)], {
      finalAnswerChecks: [(answer) => answer !== 1, (answer) => (answer === 2 ? "two is not enough" : true)],
    });
    expect((await agent.run("Go")).output).toBe(3);
    expect(model.requests[2]?.messages.at(-1)?.content).toContain("two is not enough");
    expect(
      agent.memory.steps
        .filter((step) => step.type === "action")
        .map(({ error, isFinalAnswer }) => [error?.type, isFinalAnswer]),
    ).toEqual([
      ["FinalAnswerCheckError", false],
      ["FinalAnswerCheckError", false],
      [undefined, true],
    ]);
  });

  it("rejects with an AbortError that keeps the reason and the memory, as soon as it is aborted", async () => {
    const abort = new AbortController();
    const { agent } = setUp([
      async () => {
        abort.abort("enough");
        return new Promise<string>(() => {});
      },
    ]);
    const failure: unknown = await agent.run("Go", { signal: abort.signal }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AgentAbortError);
    expect(failure).toMatchObject({ name: "AbortError", cause: "enough", memory: agent.memory });
  });

  it("adds no listener to the caller's signal, however many runs share it", async () => {
    const { signal } = new AbortController();
    const counts: number[] = [];
    const replies = [() => (counts.push(getEventListeners(signal, "abort").length), answers(1))];
    await Promise.all(Array.from({ length: 20 }, async () => setUp(replies).agent.run("Go", { signal })));
    expect(counts).toEqual(Array.from({ length: 20 }, () => 0));
  });

  it("rejects at once when it is aborted before it starts", async () => {
    const { agent, model } = setUp([answers(1)]);
    await expect(agent.run("Go", { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AgentAbortError);
    expect(model.requests).toEqual([]);
  });

  it("waits for the tools that are running when it is aborted, and hands them the signal", async () => {
    const abort = new AbortController();
    let isDone = false;
    const slow = tool({
      name: "slow",
      description: "Cleans up when it is stopped.",
      inputSchema: z.object({}),
      execute: async (_input, { signal }) => {
        setImmediate(() => abort.abort());
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        await new Promise((resolve) => setImmediate(resolve));
        isDone = true;
      },
    });
    const { agent } = setUp([calls(["slow", {}]), answers(1)], { tools: [slow] });
    await expect(agent.run("Go", { signal: abort.signal })).rejects.toBeInstanceOf(AgentAbortError);
    expect(isDone).toBe(true);
  });

  it("hands its context, its agent and the call's id to every tool", async () => {
    const seen: ToolContext[] = [];
    const spying = tool({
      name: "spy",
      description: "Looks.",
      inputSchema: z.object({}),
      execute: (_input, context) => void seen.push(context),
    });
    const { agent } = setUp([calls(["spy", {}]), answers(1)], { tools: [spying], name: "bond", description: "Spies." });
    const context = { user: 7 };
    await agent.run("Go", { context });
    expect(seen).toMatchObject([{ callId: "call_1", agent: { name: "bond" } }]);
    expect(seen[0]?.context).toBe(context);
  });

  it("ends when a listener throws, and says so", async () => {
    const { agent } = setUp([answers(1)]);
    const run = agent.run("Go", {
      onEvent: () => {
        throw new Error("broken pipe");
      },
    });
    await expect(run).rejects.toThrow("An event listener threw: Error: broken pipe");
  });
});
