import { describe, expect, it } from "vitest";
import {
  AgentAbortError,
  type AgentEvent,
  type Approve,
  CodeAgent,
  ConfigurationError,
  tool,
  ToolCallingAgent,
} from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { answers, calls, writes } from "../support/replies.ts";
import { caller } from "../support/scripted-agents.ts";

function setUp(replies: readonly ScriptedReply[], approve?: Approve) {
  const paid: number[] = [];
  const pay = tool({
    name: "pay",
    description: "Pays.",
    inputSchema: z.object({ euros: z.number() }),
    needsApproval: ({ euros }) => euros > 10,
    maxCalls: 3,
    execute: ({ euros }) => paid.push(euros),
  });
  const options = { model: new ScriptedModel(replies), tools: [pay], console: false, ...(approve ? { approve } : {}) };
  return { paid, options };
}

describe("approve", () => {
  it("is asked for the calls whose input needs it, and only for those", async () => {
    const asked: unknown[] = [];
    const { paid, options } = setUp([calls(["pay", { euros: 5 }], ["pay", { euros: 50 }]), answers(1)], (request) => {
      asked.push([request.tool.name, request.input, request.callId, request.agent.name]);
      return true;
    });
    await new ToolCallingAgent(options).run("Go");
    expect(asked).toEqual([["pay", { euros: 50 }, "call_2", "ToolCallingAgent"]]);
    expect(paid).toEqual([5, 50]);
  });

  it.each([
    [false, /was not approved\. Do not ask/],
    [{ reason: "too much" }, /was not approved: too much\./],
  ])("refuses by %j: nothing runs, and the model reads why", async (verdict, message) => {
    const { paid, options } = setUp([calls(["pay", { euros: 50 }]), answers(1)], () => verdict);
    const { steps } = await new ToolCallingAgent(options).run("Go");
    expect(paid).toEqual([]);
    expect(steps[1]).toMatchObject({ error: { type: "ToolExecutionError", message: expect.stringMatching(message) } });
  });

  it("is asked from inside code as well, and code can catch the refusal", async () => {
    const code = "try { await pay({ euros: 50 }) } catch (error) { finalAnswer(error.message) }";
    const { paid, options } = setUp([writes(code)], async () => ({ reason: "not today" }));
    expect((await new CodeAgent(options).run("Go")).output).toContain("not today");
    expect(paid).toEqual([]);
  });

  it("is told by an event", async () => {
    const events: AgentEvent[] = [];
    const { options } = setUp([calls(["pay", { euros: 50 }]), answers(1)], () => ({ reason: "too much" }));
    await new ToolCallingAgent(options).run("Go", { onEvent: (event) => events.push(event) });
    expect(events.find(({ type }) => type === "approval")).toMatchObject({
      toolName: "pay",
      callId: "call_1",
      input: { euros: 50 },
      isApproved: false,
      reason: "too much",
    });
  });

  it("is asked for a managed agent that needs it, and by a managed agent that has none of its own", async () => {
    const { options } = setUp([calls(["pay", { euros: 50 }]), answers("Paid")]);
    const payer = new ToolCallingAgent({ ...options, name: "payer", description: "Pays.", needsApproval: true });
    const asked: string[] = [];
    const manager = new ToolCallingAgent({
      model: new ScriptedModel([calls(["payer", { task: "Pay" }]), answers(1)]),
      managedAgents: [payer],
      approve: (request) => asked.push(`${request.agent.name}: ${request.tool.name}`) > 0,
      console: false,
    });
    await manager.run("Go");
    expect(asked).toEqual(["ToolCallingAgent: payer", "payer: pay"]);
  });

  it("that is missing ends the run: nothing may run unasked", async () => {
    const { paid, options } = setUp([calls(["pay", { euros: 50 }])]);
    await expect(new ToolCallingAgent(options).run("Go")).rejects.toThrow(/"pay" needs an approval/);
    expect(paid).toEqual([]);
  });

  it("that throws ends the run, as the program's fault", async () => {
    const { paid, options } = setUp([calls(["pay", { euros: 50 }])], () => {
      throw new Error("no terminal");
    });
    await expect(new ToolCallingAgent(options).run("Go")).rejects.toBeInstanceOf(ConfigurationError);
    expect(paid).toEqual([]);
  });

  it("that never answers does not hold an abort up", async () => {
    const controller = new AbortController();
    const { options } = setUp([calls(["pay", { euros: 50 }])], async () => {
      controller.abort();
      return new Promise<boolean>(() => {});
    });
    await expect(new ToolCallingAgent(options).run("Go", controller)).rejects.toBeInstanceOf(AgentAbortError);
  });
});

describe("needsApproval", () => {
  it("that throws ends the run, as the program's fault", async () => {
    const broken = tool({
      name: "pay",
      description: "Pays.",
      inputSchema: z.object({}),
      needsApproval: () => {
        throw new TypeError("no such account");
      },
      execute: () => 1,
    });
    const { options } = setUp([calls(["pay", {}])]);
    const failure: unknown = await new ToolCallingAgent({ ...options, tools: [broken] })
      .run("Go")
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(failure).toMatchObject({ message: 'needsApproval of "pay" threw: TypeError: no such account' });
  });
});

describe("maxCalls", () => {
  it("counts no call that was refused", async () => {
    const refused = calls(["pay", { euros: 50 }]);
    const { paid, options } = setUp([refused, refused, refused, calls(["pay", { euros: 1 }]), answers(1)], () => false);
    await new ToolCallingAgent(options).run("Go");
    expect(paid).toEqual([1]);
  });

  it.each([
    [0, "it may not be called."],
    [1, "it may be called 1 time in a run, and was."],
  ])("of %i says so in words", async (maxCalls, words) => {
    const limited = tool({
      name: "pay",
      description: "Pays.",
      inputSchema: z.object({}),
      maxCalls,
      execute: () => 1,
    });
    const { options } = setUp([calls(["pay", {}], ["pay", {}]), answers(1)]);
    const { steps } = await new ToolCallingAgent({ ...options, tools: [limited] }).run("Go");
    expect(steps[1]).toMatchObject({ observations: { 1: { error: { message: expect.stringContaining(words) } } } });
  });

  it("refuses the call too many, and counts anew in the next run", async () => {
    const pays = calls(["pay", { euros: 1 }], ["pay", { euros: 2 }]);
    const { paid, options } = setUp([pays, pays, answers(1), pays, answers(1)]);
    const agent = new ToolCallingAgent({ ...options, maxToolConcurrency: 1 });
    const { steps } = await agent.run("Go");
    expect(steps[2]).toMatchObject({ observations: [{}, { error: { message: expect.stringContaining("3 times") } }] });
    await agent.run("Again");
    expect(paid).toEqual([1, 2, 1, 1, 2]);
  });
});

describe("a managed agent's memory", () => {
  it("is fresh at each call", async () => {
    const searcher = caller([answers("a"), answers("b")], "searcher");
    const model = new ScriptedModel([
      calls(["searcher", { task: "A" }]),
      calls(["searcher", { task: "B" }]),
      answers(1),
    ]);
    await new ToolCallingAgent({ model, managedAgents: [searcher], console: false }).run("Go");
    expect(searcher.memory.steps).toEqual([]);
  });

  it("goes on from call to call with keepMemory, also when calls come at once", async () => {
    const model = new ScriptedModel([answers("a"), answers("b")]);
    const keeper = new ToolCallingAgent({
      model,
      name: "keeper",
      description: "Keeps.",
      keepMemory: true,
      console: false,
    });
    const both = calls(["keeper", { task: "A" }], ["keeper", { task: "B" }]);
    const manager = new ToolCallingAgent({
      model: new ScriptedModel([both, answers(1)]),
      managedAgents: [keeper],
      console: false,
    });
    await manager.run("Go");
    const tasks = keeper.memory.steps.filter(({ type }) => type === "task");
    expect(tasks).toHaveLength(2);
    expect(model.requests[1]?.messages.filter(({ role }) => role === "user")).toHaveLength(2);
  });
});
