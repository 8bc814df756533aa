import { describe, expect, it } from "vitest";
import { atLine, lineOf, readSyntaxError } from "../../src/executors/code-line.ts";

describe("atLine", () => {
  it("cuts a long line", () => {
    expect(atLine(`f("${"x".repeat(500)}")`, 1)).toHaveLength(" (line 1: …)".length + 120);
  });

  it("says nothing of an unknown line", () => {
    expect(atLine("f()", undefined)).toBe("");
  });
});

describe("lineOf", () => {
  it("counts from 1, and the line that a position begins", () => {
    expect([0, 3, 4, 8].map((position) => lineOf("one\ntwo\nthree", position))).toEqual([1, 1, 2, 3]);
  });
});

describe("readSyntaxError", () => {
  it("takes the problem and its line apart", () => {
    expect(readSyntaxError(new SyntaxError("Unexpected token (3:7)"))).toEqual({
      problem: "Unexpected token",
      line: 3,
    });
  });

  it("keeps what has no position as it is", () => {
    expect(readSyntaxError("no (good) text")).toEqual({ problem: "no (good) text", line: undefined });
  });
});
