import { describe, expect, it } from "vitest";
import { ToolCallingAgent, tool } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { stepLog } from "../../src/console/step-log.ts";
import { action } from "../memory/steps.ts";
import { answers, calls } from "../support/replies.ts";
import { codeRun, ends, logOf, of } from "./log-of.ts";

describe("stepLog", () => {
  it("shows the task, plan, code, observations, retries, time and tokens, and the final answer", () => {
    expect(logOf(codeRun)).toMatchInlineSnapshot(`
      "╭─ New run: CodeAgent ──────────────────────────────────────────────────────────────────────────────
      │ Count to 3.
      ╰─ OpenAIModel - gpt-5-mini ────────────────────────────────────────────────────────────────────────
      ── Plan ────────────────────────────────────────────────────────────────────────────────────────────
      The plan:
      1. Count
      [Plan: 1.50 seconds | Input tokens: 1,383 | Output tokens: 77]
      ── Step 1 ──────────────────────────────────────────────────────────────────────────────────────────
      retrying (1): HTTP 429
        const a = await count({ to: 3 });
        console.log(a);
      → count {"to":3}
      Execution logs:
      counting
      3
      [Step 1: 1.50 seconds | Input tokens: 1,383 | Output tokens: 77]
      ── Step 2 ──────────────────────────────────────────────────────────────────────────────────────────
        console.log("sure");
        finalAnswer(3);
      Execution logs:
      sure
      [Step 2: 1.50 seconds | Input tokens: 1,383 | Output tokens: 77 | Cost: $0.0012]
      Final answer: 3
      [Run: 1.50 seconds | Input tokens: 1,383 | Output tokens: 77]
      "
    `);
  });

  it("shows what the model said and thought, and every line as it is printed, for debugging", () => {
    expect(logOf(codeRun, { verbosity: "debug" })).toMatchInlineSnapshot(`
      "╭─ New run: CodeAgent ──────────────────────────────────────────────────────────────────────────────
      │ Count to 3.
      ╰─ OpenAIModel - gpt-5-mini ────────────────────────────────────────────────────────────────────────
      ── Plan ────────────────────────────────────────────────────────────────────────────────────────────
      The plan:
      1. Count
      [Plan: 1.50 seconds | Input tokens: 1,383 | Output tokens: 77]
      ── Step 1 ──────────────────────────────────────────────────────────────────────────────────────────
      retrying (1): 429 Too many requests
        const a = await count({ to: 3 });
        console.log(a);
      → count {"to":3}
      · counting
      · 3
      Reasoning: It is easy.
      Model: Thought: I count.
      Execution logs:
      counting
      3
      [Step 1: 1.50 seconds | Input tokens: 1,383 | Output tokens: 77]
      ── Step 2 ──────────────────────────────────────────────────────────────────────────────────────────
        console.log("sure");
        finalAnswer(3);
      · sure
      Model: Thought: I am done.
      Execution logs:
      sure
      [Step 2: 1.50 seconds | Input tokens: 1,383 | Output tokens: 77 | Cost: $0.0012]
      Final answer: 3
      [Run: 1.50 seconds | Input tokens: 1,383 | Output tokens: 77]
      "
    `);
  });

  it("says why calls were not made", async () => {
    let written = "";
    const stream = { write: (text: string) => (written += text) };
    const model = new ScriptedModel([calls(["search", {}], ["final_answer", { answer: 1 }]), answers(42)]);
    await new ToolCallingAgent({ model, console: { stream } }).run("Go");
    expect(written).toContain('✗ "final_answer" was called together with 1 other call');
  });

  it("says nothing of a run in which nothing fails, when it is to be quiet", () => {
    expect(logOf(codeRun, { verbosity: "error" })).toBe("");
  });

  it("shows a run of tool calls as it happens", async () => {
    let written = "";
    const search = tool({
      name: "search",
      description: "Searches.",
      inputSchema: z.object({ query: z.string() }),
      execute: ({ query }, { log }) => {
        log("asked");
        return `Found ${query}`;
      },
    });
    const model = new ScriptedModel([calls(["search", { query: "x" }]), calls(["serch", {}]), answers(42)]);
    const stream = { write: (text: string) => (written += text) };
    await new ToolCallingAgent({ model, tools: [search], console: { stream } }).run("What is the answer?");
    expect(written.replaceAll(/\d+\.\d\d seconds/g, "0.00 seconds")).toMatchInlineSnapshot(`
      "╭─ New run: ToolCallingAgent ───────────────────────────────────────────────────────────────────────
      │ What is the answer?
      ╰─ ScriptedModel - scripted ────────────────────────────────────────────────────────────────────────
      ── Step 1 ──────────────────────────────────────────────────────────────────────────────────────────
      → search {"query":"x"}
      asked
      Found x
      [Step 1: 0.00 seconds | Input tokens: 100 | Output tokens: 10]
      ── Step 2 ──────────────────────────────────────────────────────────────────────────────────────────
      → serch {}
      ✗ serch: The model called "serch", which is not among: search, final_answer.
      [Step 2: 0.00 seconds | Input tokens: 100 | Output tokens: 10]
      ── Step 3 ──────────────────────────────────────────────────────────────────────────────────────────
      → final_answer {"answer":42}
      [Step 3: 0.00 seconds | Input tokens: 100 | Output tokens: 10]
      Final answer: 42
      [Run: 0.00 seconds | Input tokens: 300 | Output tokens: 30]
      "
    `);
  });

  it("says whose result is which, where a step makes several calls", () => {
    const observations = [
      { toolCallId: "c1", toolName: "search", text: "found" },
      { toolCallId: "c2", toolName: "read", text: "# Page\ntext" },
      { toolCallId: "c3", toolName: "fail", text: "", error: { type: "ToolExecutionError", message: "no" } },
    ];
    expect(logOf([{ type: "step-end", step: action({ observations }) }])).toMatchInlineSnapshot(`
      "← search: found
      ← read:
      # Page
      text
      [Step 1: 1.50 seconds]
      "
    `);
  });

  it("names the images that a step gave", () => {
    const images = [
      { type: "image", url: "data:,a", name: "image_1" },
      { type: "image", url: "data:,b", name: "image_2" },
    ] as const;
    expect(logOf([{ type: "step-end", step: action({ images }) }])).toBe(
      "Images: image_1, image_2\n[Step 1: 1.50 seconds]\n",
    );
  });

  it("indents the runs of managed agents and says whose steps they are", () => {
    const managed = of("search_agent", [
      {
        type: "run-start",
        agentName: "search_agent",
        modelClass: "OpenAIModel",
        modelId: "gpt-5-mini",
        task: "You're a helpful agent …",
      },
      { type: "step-start", stepNumber: 1 },
      { type: "tool-start", toolName: "web_search", callId: "c1", input: { query: "gdp" } },
      {
        type: "step-end",
        step: action({ observations: [{ toolCallId: "c1", toolName: "web_search", text: "2.8 %\n\n2.9 %" }] }),
      },
      ends("### 1. Short\n2.8 %"),
    ]);
    expect(logOf([{ type: "tool-start", toolName: "search_agent", input: { task: "Find it." } }, ...managed]))
      .toMatchInlineSnapshot(`
        "→ search_agent {"task":"Find it."}
        │ ━━ New run: search_agent (OpenAIModel - gpt-5-mini) ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
        │ ── search_agent: Step 1 ────────────────────────────────────────────────────────────────────────────
        │ → web_search {"query":"gdp"}
        │ 2.8 %
        │ 
        │ 2.9 %
        │ [search_agent: Step 1: 1.50 seconds]
        │ Final answer:
        │ ### 1. Short
        │ 2.8 %
        "
      `);
  });

  it("shows who was allowed what", () => {
    const approval = { type: "approval", toolName: "delete_file", input: {} } as const;
    expect(
      logOf([
        { ...approval, isApproved: true },
        { ...approval, isApproved: false },
        { ...approval, isApproved: false, reason: "not this one" },
      ]),
    ).toBe("approved delete_file\nrefused delete_file\nrefused delete_file: not this one\n");
  });

  it.each([
    ["info", { status: 503, reason: "upstream is busy" }, "retrying (2): HTTP 503\n"],
    ["debug", { status: 503, reason: "upstream is busy" }, "retrying (2): HTTP 503: upstream is busy\n"],
    ["debug", { status: 503, reason: "503 busy" }, "retrying (2): 503 busy\n"],
    ["info", { reason: "fetch failed" }, "retrying (2): fetch failed\n"],
    ["error", { status: 503, reason: "upstream is busy" }, ""],
  ] as const)("tells of a retry at level %s: %o", (verbosity, facts, line) => {
    expect(logOf([{ type: "retry", attempt: 2, ...facts }], { verbosity })).toBe(line);
  });

  it("cuts long arguments and long observations", () => {
    const log = logOf([
      { type: "tool-start", toolName: "write", input: { text: "x".repeat(1_000) } },
      { type: "step-end", step: action({ observations: [{ text: "y".repeat(10_000) }] }) },
    ]);
    expect(log).toMatch(/^→ write \{"text":"x{191}…\n/);
    expect(log).toMatch(/^y{1000}\n… \[8000 characters were cut out here\] …\ny{1000}$/m);
  });

  it("shows what the model wrote where nothing could be made of it", () => {
    const step = action({ modelOutput: "Hm.", error: { type: "ParsingError", message: "No code was found." } });
    expect(logOf([{ type: "step-end", step }])).toBe("Model: Hm.\n✗ No code was found.\n[Step 1: 1.50 seconds]\n");
  });

  it("shows a final answer of several lines below its title", () => {
    expect(logOf([ends("one\ntwo")])).toMatch(/^Final answer:\none\ntwo\n\[Run: /);
  });
});

describe("stepLog(false)", () => {
  it("is no log", () => {
    expect(stepLog(false)).toBeUndefined();
  });
});
