import { describe, expect, it } from "vitest";
import { AgentAbortError, type AgentEvent, ConfigurationError, LimitError, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { answers, calls, writes } from "../support/replies.ts";
import { caller, search } from "../support/scripted-agents.ts";

type Options = Partial<ConstructorParameters<typeof ToolCallingAgent>[0]>;

function setUp(replies: readonly ScriptedReply[], options: Options = {}) {
  const model = new ScriptedModel(replies);
  return { model, agent: new ToolCallingAgent({ model, tools: [search], console: false, ...options }) };
}

const searching = (query: string) => calls(["search", { query }]);
const never = async (): Promise<string> => new Promise<string>(() => {});
const summary = { content: "What I know.", usage: { inputTokens: 5, outputTokens: 5 } };

describe("a limit", () => {
  it("of steps ends the run with the model's answer, asked for without tools", async () => {
    const { agent, model } = setUp([searching("a"), summary], { maxSteps: 1 });
    const result = await agent.run("Go");
    expect(result).toMatchObject({ output: "What I know.", stopReason: "max-steps" });
    expect(model.requests[1]?.tools).toBeUndefined();
    expect(result.steps.at(-1)).toMatchObject({
      stepNumber: 2,
      modelOutput: "What I know.",
      error: { type: "LimitError" },
    });
  });

  it("of no steps at all asks for the answer at once", async () => {
    const { agent } = setUp([summary]);
    expect(await agent.run("Go", { maxSteps: 0 })).toMatchObject({ output: "What I know.", stopReason: "max-steps" });
  });

  it("of tool calls refuses the one too many, also in the same step, and keeps what the others gave", async () => {
    const { agent } = setUp([calls(["search", { query: "a" }], ["search", { query: "b" }]), summary], {
      limits: { toolCalls: 1 },
    });
    const result = await agent.run("Go");
    expect(result.stopReason).toBe("tool-calls");
    expect(result.steps[1]).toMatchObject({
      observations: [
        { text: "Found a" },
        { error: { type: "LimitError", message: expect.stringContaining("1 tool call.") } },
      ],
    });
  });

  it("of tool calls does not count the final answer", async () => {
    const { agent } = setUp([searching("a"), answers(1)], { limits: { toolCalls: 1 } });
    expect((await agent.run("Go")).stopReason).toBe("final-answer");
  });

  it("of tool calls counts those of managed agents, and ends them too", async () => {
    const searcher = caller([searching("a"), searching("b"), "All I found.", "never asked"], "searcher");
    const model = new ScriptedModel([calls(["searcher", { task: "Search" }]), summary]);
    const agent = new ToolCallingAgent({ model, managedAgents: [searcher], console: false, limits: { toolCalls: 2 } });
    const result = await agent.run("Go");
    expect(result.stopReason).toBe("tool-calls");
    expect(result.steps[1]).toMatchObject({ observations: [{ text: expect.stringContaining("All I found.") }] });
  });

  it("of tool calls holds for calls that code makes", async () => {
    const model = new ScriptedModel([writes('await search({ query: "a" }); await search({ query: "b" })'), summary]);
    const { CodeAgent } = await import("vitrine");
    const agent = new CodeAgent({ model, tools: [search], console: false, limits: { toolCalls: 1 } });
    const result = await agent.run("Go");
    expect(result.stopReason).toBe("tool-calls");
    expect(result.steps[1]).toMatchObject({ error: { message: expect.stringContaining("1 tool call.") } });
  });

  it("of tokens ends the run before the step after", async () => {
    const { agent } = setUp([searching("a"), searching("b"), summary], { limits: { totalTokens: 200 } });
    const result = await agent.run("Go");
    expect(result.stopReason).toBe("tokens");
    expect(result.steps.filter(({ type }) => type === "action")).toHaveLength(3);
  });

  it("of cost reads the price of the model", async () => {
    const price = { inputPerMillion: 1, outputPerMillion: 10 };
    const model = new ScriptedModel([searching("a"), summary], { price });
    const { agent } = setUp([], { model, limits: { costUsd: 0.0001 } });
    const result = await agent.run("Go");
    expect(result.stopReason).toBe("cost");
    expect(result.usage.costUsd).toBeCloseTo(0.0002 + 0.000_055);
  });

  it("of cost needs the price of managed agents' models as well", async () => {
    const searcher = caller([answers("found")], "searcher");
    const price = { inputPerMillion: 1, outputPerMillion: 10 };
    const model = new ScriptedModel([calls(["searcher", { task: "Search" }]), answers(1)], { price });
    const agent = new ToolCallingAgent({ model, managedAgents: [searcher], console: false, limits: { costUsd: 1 } });
    await expect(agent.run("Go")).rejects.toThrow(/costUsd needs.*managed agents too/);
  });

  it("of cost without a price is the program's fault", async () => {
    const { agent } = setUp([searching("a"), answers(1)], { limits: { costUsd: 1 } });
    await expect(agent.run("Go")).rejects.toThrow(/costUsd needs.*price/);
  });

  it.each(["totalTokens", "costUsd"])("of %s is the program's fault where the model reports no usage", async (name) => {
    const { agent } = setUp([{ toolCalls: [{ name: "search", arguments: { query: "a" } }] }, answers(1)], {
      limits: { [name]: 100 },
    });
    await expect(agent.run("Go")).rejects.toThrow(`limits.${name} needs to know the usage`);
  });

  it("of time cuts short what is going on, and still lets the model answer", async () => {
    const waiting = tool({
      name: "wait",
      description: "Waits until it is told to stop.",
      inputSchema: z.object({}),
      execute: async (_input, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
    });
    const { agent } = setUp([calls(["wait", {}]), summary], { tools: [waiting], limits: { durationMs: 20 } });
    const result = await agent.run("Go");
    expect(result).toMatchObject({ output: "What I know.", stopReason: "duration" });
    expect(result.steps[1]).toMatchObject({ error: { type: "LimitError", message: expect.stringContaining("time") } });
  });

  it("of time cuts short a model that does not answer, and a plan", async () => {
    for (const planningInterval of [0, 1]) {
      const { agent } = setUp([never, summary], { limits: { durationMs: 20 }, planningInterval });
      expect((await agent.run("Go")).stopReason).toBe("duration");
    }
  });

  it("of time is no abort, and an abort is no limit", async () => {
    const { agent } = setUp([never], { limits: { durationMs: 60_000 } });
    await expect(agent.run("Go", { signal: AbortSignal.timeout(10) })).rejects.toBeInstanceOf(AgentAbortError);
  });

  it("of repeated calls refuses the same call, not another", async () => {
    const { agent } = setUp([searching("a"), searching("b"), searching("a"), searching("a"), summary], {
      limits: { repeatedCalls: 2 },
    });
    const result = await agent.run("Go");
    expect(result.stopReason).toBe("repeated-calls");
    expect(result.steps[4]).toMatchObject({ error: { message: expect.stringContaining('"search" was not run') } });
  });

  it("of repeated calls knows the same input in another order", async () => {
    const adding = tool({
      name: "add",
      description: "Adds.",
      inputSchema: z.object({ a: z.number(), b: z.number() }),
      execute: ({ a, b }) => a + b,
    });
    const replies = [calls(["add", { a: 1, b: 2 }]), calls(["add", { b: 2, a: 1 }]), summary];
    const { agent } = setUp(replies, { tools: [adding], limits: { repeatedCalls: 1 } });
    expect(await agent.run("Go")).toMatchObject({
      stopReason: "repeated-calls",
      steps: { 2: { error: { message: expect.stringContaining("same input 1 time already") } } },
    });
  });

  it("of repeated calls holds for the same code, too", async () => {
    const { CodeAgent } = await import("vitrine");
    const model = new ScriptedModel([writes("1 +"), writes("1 +"), summary]);
    const agent = new CodeAgent({ model, console: false, limits: { repeatedCalls: 1 } });
    expect((await agent.run("Go")).stopReason).toBe("repeated-calls");
  });

  it("is told by an event", async () => {
    const { agent } = setUp([summary], { maxSteps: 0 });
    const events: AgentEvent[] = [];
    await agent.run("Go", { onEvent: (event) => events.push(event) });
    expect(events.find(({ type }) => type === "limit")).toMatchObject({
      stopReason: "max-steps",
      message: "The run has used up its 0 steps.",
    });
  });

  it("rejects the run where onLimit is throw, with everything in memory", async () => {
    const { agent } = setUp([searching("a")], { maxSteps: 1, onLimit: "throw" });
    const failure: unknown = await agent.run("Go").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LimitError);
    expect(failure).toMatchObject({ limit: "max-steps", memory: { steps: { length: 3 } } });
  });

  it.each<[object, RegExp]>([
    [{ toolCall: 3 }, /limits\.toolCall does not exist; there are: toolCalls/],
    [{ toolCalls: -1 }, /limits\.toolCalls is -1/],
    [{ durationMs: Number.NaN }, /limits\.durationMs is NaN/],
  ])("that is none, %j, is refused", (limits, message) => {
    expect(() => setUp([], { limits })).toThrow(ConfigurationError);
    expect(() => setUp([], { limits })).toThrow(message);
  });
});
