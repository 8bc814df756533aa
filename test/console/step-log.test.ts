import { describe, expect, it } from "vitest";
import { ToolCallingAgent, tool, type StepLogOptions } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { answers, calls } from "../support/replies.ts";

const search = tool({
  name: "search",
  description: "Searches.",
  inputSchema: z.object({ query: z.string() }),
  execute: ({ query }) => `Found ${query}`,
});

async function logOf(options: Omit<StepLogOptions, "stream">, isTTY = false): Promise<string> {
  let written = "";
  const stream = { isTTY, write: (text: string) => (written += text) };
  const model = new ScriptedModel([
    { ...calls(["search", { query: "x" }]), content: "I search." },
    calls(["serch", {}]),
    answers(42),
  ]);
  await new ToolCallingAgent({ model, tools: [search], console: { ...options, stream } }).run("What is the answer?");
  return written.replaceAll(/\d+\.\d\d seconds/g, "0.00 seconds");
}

describe("stepLog", () => {
  it("shows the task, each step with its calls, what was observed, time and tokens, and the answer", async () => {
    expect(await logOf({})).toMatchInlineSnapshot(`
      "━━ New run: ToolCallingAgent (scripted) ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
      What is the answer?
      ── Step 1 ──────────────────────────────────────────────────────────────────────────────────────────
      → search {"query":"x"}
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
      "
    `);
  });

  it("shows failures only, when it is to be quiet", async () => {
    expect(await logOf({ verbosity: "error" })).toBe(
      'Step 2: The model called "serch", which is not among: search, final_answer.\n',
    );
  });

  it("shows what the model said, for debugging", async () => {
    expect(await logOf({ verbosity: "debug" })).toContain("Model: I search.");
  });

  it("has no escape codes where nobody sees colours", async () => {
    expect(await logOf({})).not.toContain("\u001B");
  });

  it("has colours on a terminal, unless NO_COLOR is set", async () => {
    const before = process.env["NO_COLOR"];
    delete process.env["NO_COLOR"];
    try {
      expect(await logOf({}, true)).toContain("\u001B[");
      process.env["NO_COLOR"] = "1";
      expect(await logOf({}, true)).not.toContain("\u001B[");
    } finally {
      if (before === undefined) delete process.env["NO_COLOR"];
      else process.env["NO_COLOR"] = before;
    }
  });
});
