import { describe, expect, it } from "vitest";
import type { AgentEventBody } from "../../src/agents/events.ts";
import { action } from "../memory/steps.ts";
import { logOf, of } from "./log-of.ts";

describe("stepLog, when something fails", () => {
  const limit: AgentEventBody = { type: "limit", stopReason: "max-steps", message: "The run has used up its 3 steps." };
  const forced = action({ stepNumber: 4, error: { type: "LimitError", message: limit.message }, isFinalAnswer: true });
  const failedRun: readonly AgentEventBody[] = [
    { type: "step-start", stepNumber: 3 },
    { type: "tool-start", toolName: "serch", callId: "c1", input: {} },
    {
      type: "tool-end",
      toolName: "serch",
      callId: "c1",
      error: { type: "ToolNotFoundError", message: "no serch" },
      durationMs: 1,
    },
    {
      type: "step-end",
      step: action({
        stepNumber: 3,
        error: { type: "ToolNotFoundError", message: "no serch" },
        observations: [
          { toolCallId: "c1", toolName: "serch", text: "", error: { type: "ToolNotFoundError", message: "no serch" } },
        ],
      }),
    },
    limit,
    { type: "step-end", step: forced },
  ];

  it("tells of each failure once, and of the limit", () => {
    expect(logOf(failedRun)).toMatchInlineSnapshot(`
      "── Step 3 ──────────────────────────────────────────────────────────────────────────────────────────
      → serch {}
      ✗ serch: no serch
      [Step 3: 1.50 seconds]
      The run has used up its 3 steps.
      [Answer at the limit: 1.50 seconds]
      "
    `);
  });

  it("calls only the forced answer the answer at the limit", () => {
    const step = action({ stepNumber: 2, error: { type: "LimitError", message: "The time of the run is up." } });
    expect(logOf([{ type: "step-end", step }])).toBe("[Step 2: 1.50 seconds]\n");
  });

  it("tells of failures and limits only, when it is to be quiet", () => {
    expect(logOf(failedRun, { verbosity: "error" })).toBe("Step 3: no serch\nThe run has used up its 3 steps.\n");
  });

  it("says whose failure it is, when it is to be quiet", () => {
    const step = action({ error: { type: "CodeExecutionError", message: "x is not defined" } });
    expect(logOf(of("coder", [{ type: "step-end", step }]), { verbosity: "error" })).toBe(
      "coder > Step 1: x is not defined\n",
    );
  });

  it.each(["info", "error"] as const)("tells once of the failure that ends the run, at level %s", (verbosity) => {
    const error = Object.assign(new Error("502 from the model"), { name: "ModelError" });
    const step = action({ error: { type: "ModelError", message: error.message } });
    const log = logOf(
      [
        { type: "step-end", step },
        { type: "final", error },
      ],
      { verbosity },
    );
    expect(log.match(/502 from the model/g)).toHaveLength(1);
    expect(log).toContain("ModelError: 502 from the model\n");
  });
});
