import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { action } from "../memory/steps.ts";
import { codeRun, ends, logOf, of, start } from "./log-of.ts";

const terminal = { isTTY: true, columns: 40 };

describe("stepLog, by where it writes to", () => {
  beforeEach(() => void vi.stubEnv("NO_COLOR", undefined));
  afterEach(() => void vi.unstubAllEnvs());

  it("has colours on a terminal", () => {
    expect(logOf(codeRun, {}, terminal)).toContain("\u001B[36m");
  });

  it("has no colours on a terminal where NO_COLOR is set", () => {
    vi.stubEnv("NO_COLOR", "1");
    expect(logOf(codeRun, {}, terminal)).not.toContain("\u001B");
  });

  it("has colours on a terminal where NO_COLOR is there, but empty", () => {
    vi.stubEnv("NO_COLOR", "");
    expect(logOf(codeRun, {}, terminal)).toContain("\u001B[36m");
  });

  it("has no colours where there is no terminal, whatever FORCE_COLOR says", () => {
    vi.stubEnv("FORCE_COLOR", "1");
    expect(logOf(codeRun)).not.toContain("\u001B");
  });

  it("has the same text in colours and without", () => {
    // oxlint-disable-next-line no-control-regex -- it is what colours are made of
    const withoutColours = logOf(codeRun, {}, { isTTY: true, columns: 100 }).replaceAll(/\u001B\[\d+m/g, "");
    expect(withoutColours).toBe(logOf(codeRun));
  });
});

describe("stepLog on a terminal", () => {
  beforeEach(() => void vi.stubEnv("NO_COLOR", "1"));
  afterEach(() => void vi.unstubAllEnvs());

  it("breaks long lines at words, so that the indentation holds; code stays as it is", () => {
    const long = "a line that is longer than the terminal is wide";
    const events = of("helper", [
      { type: "step-start", stepNumber: 1 },
      { type: "code", code: `const sentence = "${long}";` },
      { type: "step-end", step: action({ observations: [{ text: long }] }) },
    ]);
    expect(logOf(events, {}, terminal)).toMatchInlineSnapshot(`
      "│ ── helper: Step 1 ────────────────────
      │   const sentence = "a line that is longer than the terminal is wide";
      │ a line that is longer than the
      │ terminal is wide
      │ [helper: Step 1: 1.50 seconds]
      "
    `);
  });

  it("lets no text from elsewhere drive it", () => {
    const evil = "\u001B]0;title\u0007\u001B[2Jred\r\b\u009B31m";
    const step = action({ modelOutput: evil, reasoning: evil, observations: [{ text: evil }] });
    const events = [
      { ...start, task: evil, agentName: evil, modelId: evil },
      { type: "code", code: evil },
      { type: "tool-start", toolName: evil, input: evil },
      { type: "tool-end", toolName: "t", error: { type: "E", message: evil }, durationMs: 1 },
      { type: "log", line: evil },
      { type: "step-end", step },
      ends(evil),
    ] as const;
    const log = logOf(events, { verbosity: "debug" }, terminal);
    expect(log).toMatch(/^[\P{Cc}\n]*$/u);
    expect(log).toContain("Final answer: red");
  });
});
