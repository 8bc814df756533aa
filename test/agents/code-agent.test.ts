import { describe, expect, it } from "vitest";
import {
  type AgentEvent,
  CodeAgent,
  type CodeAgentOptions,
  Executor,
  type ExecutionResult,
  SandboxExecutor,
  tool,
} from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { writes } from "../support/replies.ts";

const search = tool({
  name: "search",
  description: "Searches.",
  inputSchema: z.object({ query: z.string() }),
  outputSchema: z.string(),
  execute: ({ query }, { log }) => {
    log("asked the index");
    return `Found ${query}`;
  },
});

function setUp(replies: readonly ScriptedReply[], options: Partial<CodeAgentOptions> = {}) {
  const model = new ScriptedModel(replies);
  return { model, agent: new CodeAgent({ model, tools: [search], console: false, ...options }) };
}

describe("CodeAgent", () => {
  it("runs the model's code with the tools, and ends with the final answer", async () => {
    const { agent } = setUp([writes(`const found = await search({ query: "x" }); finalAnswer({ found });`)]);
    expect(await agent.run("Go")).toMatchObject({ output: { found: "Found x" }, stopReason: "final-answer" });
  });

  it.each(["finalAnswer(7)", "final_answer(7)", "final_answer({ answer: 7 })", "finalAnswer(Promise.resolve(7))"])(
    "takes %s for 7",
    async (code) => {
      expect((await setUp([writes(code)]).agent.run("Go")).output).toBe(7);
    },
  );

  it("shows the model what its code printed, what its tools logged, and the last value", async () => {
    const { agent, model } = setUp([
      writes(`console.log("look:", await search({ query: "x" })); 6 * 7`),
      writes("finalAnswer(1)"),
    ]);
    await agent.run("Go");
    expect(model.requests[1]?.messages.slice(2)).toEqual([
      {
        role: "assistant",
        content: expect.stringMatching(/^Thought: I write code\.\n<code>[\s\S]*<\/code>$/),
        toolCalls: [],
      },
      {
        role: "user",
        content: "Observation:\nExecution logs:\nasked the index\nlook: Found x\nLast output from code snippet:\n42",
      },
    ]);
  });

  it("tells the model when its code showed nothing", async () => {
    const { agent, model } = setUp([writes("const x = 1;"), writes("finalAnswer(x)")]);
    await agent.run("Go");
    expect(model.requests[1]?.messages.at(-1)?.content).toContain("printed nothing");
  });

  it("keeps variables and functions over steps, and over a run that goes on", async () => {
    const { agent } = setUp([
      writes("const x = 20; function double(n) { return 2 * n; }"),
      writes("finalAnswer(double(x))"),
      writes("finalAnswer(double(x) + 1)"),
    ]);
    expect((await agent.run("Go")).output).toBe(40);
    expect((await agent.run("One more", { reset: false })).output).toBe(41);
  });

  it("has additional arguments as variables, and says so in the task", async () => {
    const { agent, model } = setUp([writes("finalAnswer(prices.map((price) => price * rate))")]);
    expect((await agent.run("Convert.", { additionalArgs: { prices: [1, 2], rate: 10 } })).output).toEqual([10, 20]);
    expect(model.requests[0]?.messages[1]?.content).toBe(
      'New task:\nConvert.\nYou have been provided with these additional arguments, that you can access directly using the keys as variables:\n{"prices":[1,2],"rate":10}.',
    );
  });

  it.each([
    ["has no code in it", "I am thinking."],
    ["does not parse", writes("const = 1")],
    ["has to be stopped", writes("for (;;) {}")],
  ])("has additional arguments as variables also when the first step %s", async (_fault, first) => {
    const { agent } = setUp([first, writes("finalAnswer(rate)")], { executor: { cpuMs: 300 } });
    expect((await agent.run("Go", { additionalArgs: { rate: 10 } })).output).toBe(10);
  });

  it("leaves a variable as the code has changed it, until it is given anew", async () => {
    const { agent } = setUp([writes("rate = 11;"), writes("finalAnswer(rate)"), writes("finalAnswer(rate)")]);
    expect((await agent.run("Go", { additionalArgs: { rate: 10 } })).output).toBe(11);
    expect((await agent.run("Again", { reset: false, additionalArgs: { rate: 12 } })).output).toBe(12);
  });

  it("feeds failing code back with its line and what it printed before", async () => {
    const { agent, model } = setUp([writes("console.log('before');\nmissing + 1;"), writes("finalAnswer(0)")]);
    await agent.run("Go");
    const told = model.requests[1]?.messages.at(-1)?.content;
    expect(told).toMatch(/^Observation:\nExecution logs:\nbefore\nError:\n.*ReferenceError.*missing/s);
    expect(told).toContain("line 2");
  });

  it("asks for code when the model wrote none", async () => {
    const { agent, model } = setUp(["I would rather talk.", writes("finalAnswer(0)")]);
    await agent.run("Go");
    expect(model.requests[1]?.messages.at(-1)?.content).toMatch(/^Error:\n.*<code>/s);
  });

  it("puts back the closing tag that the stop sequence cut off", async () => {
    const { agent } = setUp(["Thought: now.\n<code>\nfinalAnswer(5)\n"]);
    const result = await agent.run("Go");
    expect(result.output).toBe(5);
    expect(result.steps.at(-1)).toMatchObject({
      modelOutput: expect.stringMatching(/<\/code>$/),
      code: "finalAnswer(5)",
    });
  });

  it("stops code that would run for ever, and goes on", async () => {
    const { agent } = setUp([writes("const kept = 1;"), writes("for (;;) {}"), writes("finalAnswer(kept)")], {
      executor: { cpuMs: 200 },
    });
    const result = await agent.run("Go");
    expect(result.output).toBe(1);
    expect(result.steps.filter((step) => step.type === "action")[1]?.error?.type).toBe("CodeExecutionError");
  });

  it("declares its tools in the system prompt, not in the request", async () => {
    const { agent, model } = setUp([writes("finalAnswer(0)")]);
    await agent.run("Go");
    const [request] = model.requests;
    expect(request?.tools).toBeUndefined();
    expect(request?.promptTools?.map(({ name }) => name)).toEqual(["search", "final_answer"]);
    expect(request?.messages[0]?.content).toContain(
      "declare function search(input: { query: string }): Promise<string>;",
    );
    expect(request?.messages[0]?.content).not.toContain("declare function final_answer");
  });

  it("has a final answer of the user's own take its own input", async () => {
    const own = tool({
      name: "final_answer",
      description: "Answers with a grade.",
      inputSchema: z.object({ grade: z.number(), reason: z.string() }),
      execute: ({ grade, reason }) => `${grade}: ${reason}`,
    });
    const { agent, model } = setUp([writes(`finalAnswer({ grade: 1, reason: "fine" })`)], { tools: [own] });
    expect((await agent.run("Go")).output).toBe("1: fine");
    expect(model.requests[0]?.messages[0]?.content).toContain(
      "declare function finalAnswer(answer: { grade: number; reason: string })",
    );
  });

  it("takes an executor of the user's own", async () => {
    class Echo extends Executor {
      protected override async evaluate(code: string): Promise<ExecutionResult> {
        return { value: code, text: code, logs: "", isFinalAnswer: true };
      }
    }
    expect((await setUp([writes("anything")], { executor: new Echo() }).agent.run("Go")).output).toBe("anything");
  });

  it("lets one executor serve one run at a time, and makes one for each where it is given a function", async () => {
    const replies = [writes("var x = 1; finalAnswer(x)"), writes("var x = 2; finalAnswer(x)")];
    const shared = setUp(replies, { executor: new SandboxExecutor() }).agent;
    const outcomes = await Promise.allSettled([shared.run("A"), shared.run("B")]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    const own = setUp(replies, { executor: () => new SandboxExecutor() }).agent;
    const results = await Promise.all([own.run("A"), own.run("B")]);
    expect(results.map(({ output }) => output)).toEqual([1, 2]);
  });

  it("tells of the code, each line printed, and each call", async () => {
    const events: AgentEvent[] = [];
    const { agent } = setUp([writes(`console.log(await search({ query: "x" })); finalAnswer(1)`)]);
    await agent.run("Go", { onEvent: (event) => events.push(event) });
    const told = events.filter(({ type }) => ["code", "log", "tool-start", "tool-end"].includes(type));
    expect(told).toMatchObject([
      { type: "code", code: expect.stringContaining("search") },
      { type: "tool-start", toolName: "search", input: { query: "x" } },
      { type: "log", line: "asked the index" },
      { type: "tool-end", toolName: "search", output: "Found x" },
      { type: "log", line: "Found x" },
      { type: "tool-start", toolName: "final_answer" },
      { type: "tool-end", toolName: "final_answer", output: 1 },
    ]);
  });

  it("keeps what was printed when a time limit ends the code", async () => {
    const model = new ScriptedModel([writes('console.log("found 42"); await wait({})'), "42"]);
    const wait = tool({
      name: "wait",
      description: "Waits.",
      inputSchema: z.object({}),
      execute: async (_input, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
    });
    const agent = new CodeAgent({ model, tools: [wait], console: false, limits: { durationMs: 1_000 } });
    const { steps } = await agent.run("Go");
    expect(steps[1]).toMatchObject({
      observations: [{ text: "Execution logs:\nfound 42" }],
      error: { type: "LimitError" },
    });
  });
});
