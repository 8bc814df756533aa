import { describe, expect, it } from "vitest";
import type { RunResult } from "vitrine";
import { importExample } from "./import-example.ts";

const { two, one } = await importExample(async () => import("../../examples/surf-trip.ts"));

describe("two tools that are always needed together", () => {
  it("cost one model call more than one tool that does the work of both, as the trace counts", () => {
    expect([two.modelCalls, one.modelCalls]).toEqual([3, 2]);
    expect(one.tokens).toBeLessThan(two.tokens);
  });

  it("tell the model the same as the one tool, and get the same answer", () => {
    expect(observed(two.result)).toEqual(observed(one.result));
    expect(two.result?.output).toBe(one.result?.output);
    expect(one.result?.output).toMatch(/^Yes: Anchor Point is 35 minutes away/);
  });
});

/** What the tools said, before the answer. */
function observed(result: RunResult | undefined): string {
  const actions = result?.steps.filter((step) => step.type === "action" && !step.isFinalAnswer) ?? [];
  return actions
    .flatMap((step) => (step.type === "action" ? step.observations.map(({ text }) => text) : []))
    .join("\n");
}
