import { describe, expect, it } from "vitest";
import { type AgentEvent, CodeAgent, ConfigurationError, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { answers, calls, writes } from "../support/replies.ts";
import { coder, search } from "../support/scripted-agents.ts";

function worker(
  replies: readonly ScriptedReply[],
  options: Partial<ConstructorParameters<typeof ToolCallingAgent>[0]> = {},
) {
  const model = new ScriptedModel(replies);
  return {
    model,
    agent: new ToolCallingAgent({
      model,
      tools: [search],
      name: "worker",
      description: "Works.",
      console: false,
      ...options,
    }),
  };
}

describe("a managed agent", () => {
  it("gets the manager's task in its own words, and reports under its name", async () => {
    const { agent, model } = worker([answers("42")]);
    const manager = coder([writes(`finalAnswer(await worker({ task: "Count." }))`)], [agent]);
    expect((await manager.run("Go")).output).toBe("Here is the final answer from your managed agent 'worker':\n42");
    expect(model.requests[0]?.messages[1]?.content).toMatch(
      /You're a helpful agent named 'worker'\.[\s\S]*Task:\nCount\./,
    );
  });

  it("can be managed by a ToolCallingAgent, and be a CodeAgent", async () => {
    const code = new CodeAgent({
      model: new ScriptedModel([writes("finalAnswer(6 * 7)")]),
      name: "coder",
      description: "Computes.",
      console: false,
    });
    const model = new ScriptedModel([calls(["coder", { task: "6 * 7?" }]), answers("done")]);
    const result = await new ToolCallingAgent({ model, managedAgents: [code], console: false }).run("Go");
    expect(result.steps[1]).toMatchObject({
      observations: [{ toolName: "coder", text: expect.stringMatching(/42$/) }],
    });
  });

  it("has a fresh memory at each call, so that calls at once do not meet", async () => {
    const { agent, model } = worker([answers("a"), answers("b")]);
    const manager = coder(
      [writes(`finalAnswer(await Promise.all(["A", "B"].map((task) => worker({ task }))))`)],
      [agent],
    );
    await manager.run("Go");
    expect(model.requests.map(({ messages }) => messages.map(({ role }) => role))).toEqual([
      ["system", "user"],
      ["system", "user"],
    ]);
  });

  it("gets additional arguments", async () => {
    const { agent } = worker([calls(["search", { query: "place" }]), answers("place")]);
    const manager = coder(
      [writes(`finalAnswer(await worker({ task: "Find.", additional_args: { place: "Lima" } }))`)],
      [agent],
    );
    expect((await manager.run("Go")).output).toMatch(/Lima$/);
  });

  it("adds a summary of its work when it is to", async () => {
    const { agent } = worker([calls(["search", { query: "x" }]), answers("42")], { provideRunSummary: true });
    const manager = coder([writes(`finalAnswer(await worker({ task: "Find." }))`)], [agent]);
    expect((await manager.run("Go")).output).toMatch(
      /42\n\nFor more detail[\s\S]*<summary_of_work>\n[\s\S]*Found x\n---[\s\S]*<\/summary_of_work>$/,
    );
  });

  it("has its failure become the manager's observation", async () => {
    const { agent } = worker([new Error("502")]);
    const manager = coder([writes(`await worker({ task: "Find." })`), writes("finalAnswer('gave up')")], [agent]);
    const result = await manager.run("Go");
    expect(result.output).toBe("gave up");
    expect(result.steps[1]).toMatchObject({
      error: { type: "CodeExecutionError", message: expect.stringContaining('Tool "worker" failed: ModelError') },
    });
  });

  it("has its tokens counted in the manager's, apart", async () => {
    const manager = coder(
      [writes(`await worker({ task: "Find." })`), writes("finalAnswer(1)")],
      [worker([calls(["search", { query: "x" }]), answers(1)]).agent],
    );
    expect((await manager.run("Go")).usage).toMatchObject({
      totalTokens: 660,
      own: { totalTokens: 440 },
      managed: { totalTokens: 220 },
    });
  });

  it("has its events arrive with the path to it", async () => {
    const inner = worker([answers(1)]).agent;
    const middle = new ToolCallingAgent({
      model: new ScriptedModel([calls(["worker", { task: "x" }]), answers(2)]),
      managedAgents: [inner],
      name: "middle",
      description: "Manages.",
      console: false,
    });
    const events: AgentEvent[] = [];
    await coder([writes(`finalAnswer(await middle({ task: "x" }))`)], [middle]).run("Go", {
      onEvent: (event) => events.push(event),
    });
    const starts = events.filter(({ type }) => type === "run-start").map(({ agentPath }) => agentPath);
    expect(starts).toEqual([[], ["middle"], ["middle", "worker"]]);
    expect(events.at(-1)).toMatchObject({ type: "final", agentPath: [] });
  });

  it.each([
    ["no name", { description: "Works." }],
    ["no description", { name: "worker" }],
    ["a name that code cannot call", { name: "my worker", description: "Works." }],
  ])("is refused with %s", (_fault, options) => {
    const model = new ScriptedModel([]);
    expect(
      () =>
        new CodeAgent({
          model,
          managedAgents: [new ToolCallingAgent({ model, console: false, ...options })],
          console: false,
        }),
    ).toThrow(ConfigurationError);
  });

  it("is refused under the name of a tool", () => {
    const twin = worker([], { name: "search", tools: [] }).agent;
    expect(() => coder([], [twin])).toThrow('The name "search" is there twice');
  });
});
