import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { ConfigurationError } from "../../src/errors.ts";
import type { StandardSchema } from "../../src/tools/schema.ts";
import { tool, Tool } from "../../src/tools/tool.ts";
import { toolSpec } from "../../src/tools/tool-spec.ts";
import { countingTool } from "./counting-tool.ts";

describe("tool", () => {
  it("needs no approval, unless told so", () => {
    expect(countingTool().needsApproval({ n: 1 })).toBe(false);
    expect(countingTool({ needsApproval: true }).needsApproval({ n: 1 })).toBe(true);
  });

  it("needs approval as its predicate says of the input", async () => {
    const counting = countingTool({ needsApproval: async ({ n }) => n > 100 });

    await expect(counting.needsApproval({ n: 101 })).resolves.toBe(true);
    await expect(counting.needsApproval({ n: 100 })).resolves.toBe(false);
  });

  it("says how long a call may take, and how many a run may make", () => {
    expect(countingTool({ timeoutMs: 20_000, maxCalls: 0 })).toMatchObject({ timeoutMs: 20_000, maxCalls: 0 });
    expect(countingTool()).toMatchObject({ timeoutMs: undefined, maxCalls: undefined });
  });

  it.each([
    { timeoutMs: 0 },
    { timeoutMs: -1 },
    { timeoutMs: Number.NaN },
    { timeoutMs: Number.POSITIVE_INFINITY },
    { timeoutMs: 2 ** 31 },
    { maxCalls: -1 },
    { maxCalls: 1.5 },
    { maxCalls: Number.NaN },
    { maxCalls: Number.POSITIVE_INFINITY },
  ])("refuses the limit $timeoutMs $maxCalls", (limits) => {
    const [name = "", value] = Object.entries(limits)[0] ?? [];

    expect(() => countingTool(limits)).toThrow(ConfigurationError);
    expect(() => countingTool(limits)).toThrow(`${name} of tool "count" is ${value}; it must be `);
  });

  it("has the same limits refused in a subclass, by the agent that it is given to", () => {
    class Hurried extends Tool {
      readonly name = "hurry";
      readonly description = "Hurries.";
      readonly inputSchema = z.object({});
      override readonly timeoutMs = -1;
      protected override execute(): void {}
    }

    expect(() => toolSpec(new Hurried())).toThrow('timeoutMs of tool "hurry" is -1');
  });

  it("types the input of its functions by zod, defaults filled in", async () => {
    const typed = tool({
      name: "typed",
      description: "Is typed.",
      inputSchema: z.object({
        place: z.object({ name: z.string() }),
        days: z.int().default(1),
        unit: z.enum(["c", "k"]),
      }),
      needsApproval(input) {
        expectTypeOf(input).toEqualTypeOf<{ place: { name: string }; days: number; unit: "c" | "k" }>();
        return input.days > 1;
      },
      execute(input) {
        expectTypeOf(input).toEqualTypeOf<{ place: { name: string }; days: number; unit: "c" | "k" }>();
        return input.place.name;
      },
    });

    await expect(typed.call({ place: { name: "Rome" }, unit: "c" })).resolves.toBe("Rome");
  });

  it("types it by any Standard Schema", async () => {
    const inputSchema: StandardSchema<{ text: string }> = {
      "~standard": {
        vendor: "by hand",
        validate: () => ({ value: { text: "read" } }),
        jsonSchema: { input: () => ({ type: "object", properties: { text: { type: "string" } } }) },
      },
    };
    const typed = tool({
      name: "typed",
      description: "Is typed.",
      inputSchema,
      needsApproval: ({ text }) => text.length > 3,
      execute(input) {
        expectTypeOf(input).toEqualTypeOf<{ text: string }>();
        return input.text;
      },
    });

    await expect(typed.call({ text: "given" })).resolves.toBe("read");
  });

  it("knows nothing of the type where the schema is JSON", async () => {
    const untyped = tool({
      name: "untyped",
      description: "Is not typed.",
      inputSchema: { type: "object", properties: { n: { type: "number" } } },
      needsApproval(input) {
        expectTypeOf(input).toBeUnknown();
        return true;
      },
      execute(input) {
        expectTypeOf(input).toBeUnknown();
        return input;
      },
    });

    await expect(untyped.call({ n: 1 })).resolves.toEqual({ n: 1 });
  });
});
