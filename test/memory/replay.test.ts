import { describe, expect, it } from "vitest";
import { replay } from "../../src/memory/replay.ts";
import { action, everyStep } from "./steps.ts";

const unfit = { type: "FinalAnswerCheckError", message: "No." };

describe("replay", () => {
  it("tells what was asked, planned, said, done and observed, with time and tokens", () => {
    expect(replay(everyStep)).toMatchInlineSnapshot(`
      "── Task ────────────────────────────────────────────────────────────────────────
      What is on the pictures?
      Images: 1

      ── Plan ────────────────────────────────────────────────────────────────────────
      The plan: 1. Look
      [Plan: 1.50 seconds | Input tokens: 1,000 | Output tokens: 20]

      ── Step 1 ──────────────────────────────────────────────────────────────────────
      Reasoning:
        One is not enough.
      Model output:
        I draw one more.
      Calls:
        draw {"what":"a car"}
        draw {broken
      Observations:
        draw: {"type":"image","url":"image_1"}
        draw: Error: No JSON.
      Images:
        image_1
      [Step 1: 1.50 seconds | Input tokens: 1,383 | Output tokens: 77 | Cost: $0.0123]

      ── Step 2 ──────────────────────────────────────────────────────────────────────
      Model output:
        <code>
        finalAnswer({ count: 2 });
        </code>
      Observations:
        Execution logs:
        two
        Last output from code snippet:
        {"count":2}
      Output:
        {"count":2}
      [Step 2: 1.50 seconds]"
    `);
  });

  it("adds the system prompt and what the model saw, when it is to be detailed", () => {
    expect(replay(everyStep, { detailed: true })).toMatchInlineSnapshot(`
      "── System prompt ───────────────────────────────────────────────────────────────
      Be good.

      ── Task ────────────────────────────────────────────────────────────────────────
      What is on the pictures?
      Images: 1

      ── Plan ────────────────────────────────────────────────────────────────────────
      Input messages:
        user: Plan.
        [1 image]
      The plan: 1. Look
      [Plan: 1.50 seconds | Input tokens: 1,000 | Output tokens: 20]

      ── Step 1 ──────────────────────────────────────────────────────────────────────
      Input messages:
        system: Be good.
        user: New task:
        What is on the pictures?
        assistant: calls draw with {}
        tool draw: drawn
      Reasoning:
        One is not enough.
      Model output:
        I draw one more.
      Calls:
        draw {"what":"a car"}
        draw {broken
      Observations:
        draw: {"type":"image","url":"image_1"}
        draw: Error: No JSON.
      Images:
        image_1
      [Step 1: 1.50 seconds | Input tokens: 1,383 | Output tokens: 77 | Cost: $0.0123]

      ── Step 2 ──────────────────────────────────────────────────────────────────────
      Model output:
        <code>
        finalAnswer({ count: 2 });
        </code>
      Observations:
        Execution logs:
        two
        Last output from code snippet:
        {"count":2}
      Output:
        {"count":2}
      [Step 2: 1.50 seconds]"
    `);
  });

  it("shows code that stands not in what the model wrote, and an error that no observation tells of", () => {
    const error = { type: "ParsingError", message: "No call found." };
    expect(replay([action({ modelOutput: "{}", code: "1 + 1", error })])).toMatchInlineSnapshot(`
      "── Step 1 ──────────────────────────────────────────────────────────────────────
      Model output:
        {}
      Code:
        1 + 1
      Error:
        No call found.
      [Step 1: 1.50 seconds]"
    `);
  });

  it("calls the forced answer by its name", () => {
    const error = { type: "LimitError", message: "The run has used up its 3 steps." };
    expect(replay([action({ stepNumber: 4, output: "42", isFinalAnswer: true, error })])).toMatchInlineSnapshot(`
      "── Answer at the limit ─────────────────────────────────────────────────────────
      Error:
        The run has used up its 3 steps.
      Output:
        42
      [Answer at the limit: 1.50 seconds]"
    `);
  });

  it.each([
    ["a step that a limit cut short", { error: { type: "LimitError", message: "Time." } }, "Step 4"],
    ["an answer of code that was refused", { code: "finalAnswer(1)", error: unfit }, "Step 4"],
    ["a forced answer that does not fit its schema", { error: unfit }, "Answer at the limit"],
  ])("calls %s by its name", (_what, step, title) => {
    expect(replay([action({ stepNumber: 4, ...step })])).toContain(`── ${title} ──`);
  });

  it("is empty for an empty memory", () => {
    expect(replay([])).toBe("");
  });
});
