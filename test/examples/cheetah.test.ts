import { describe, expect, it } from "vitest";
import type { PlanningStep } from "vitrine";
import { importExample } from "./import-example.ts";

const { result } = await importExample(async () => import("../../examples/cheetah.ts"));

describe("the cheetah, with a plan every three steps", () => {
  it("plans before its first step and before its fourth", () => {
    expect(result?.steps.map((step) => (step.type === "action" ? step.stepNumber : step.type))).toEqual([
      "task",
      "planning",
      1,
      2,
      3,
      "planning",
      4,
    ]);
  });

  it("updates the facts by what the steps have found", () => {
    const [first, second] = plans();
    expect(first?.plan).toContain("Facts to look up");
    expect(second?.plan).toContain("The whole bridge is 160 m long");
    expect(JSON.stringify(second?.modelInput)).toContain("Total length 160 m");
  });

  it("knows at the second plan how many steps are left", () => {
    expect(JSON.stringify(plans()[1]?.modelInput.at(-1))).toMatch(/\b3\b.{0,20}steps|steps.{0,40}\b3\b/i);
  });

  it("counts the tokens of its plans", () => {
    expect(result?.usage.totalTokens).toBe(13_967);
  });

  it("answers", () => {
    expect(result).toMatchObject({ stopReason: "final-answer", output: "About 5.5 seconds" });
  });
});

function plans(): PlanningStep[] {
  return result?.steps.filter((step) => step.type === "planning") ?? [];
}
