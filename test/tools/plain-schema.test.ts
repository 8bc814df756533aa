import { describe, expect, it } from "vitest";
import { plainSchema, TEXT, textArguments } from "../../src/tools/plain-schema.ts";
import { checkValue, toJsonSchema } from "../../src/tools/schema.ts";

const order = plainSchema<{ readonly what: string; readonly extras?: object | null }>({
  type: "object",
  properties: {
    what: { type: "string", description: "What to bring." },
    extras: { anyOf: [{ type: "object" }, { type: "null" }] },
  },
  required: ["what"],
});

describe("plainSchema", () => {
  it("describes itself as what it was made of", () => {
    expect(toJsonSchema(order)).toEqual({
      type: "object",
      properties: {
        what: { type: "string", description: "What to bring." },
        extras: { anyOf: [{ type: "object" }, { type: "null" }] },
      },
      required: ["what"],
    });
  });

  it.each([
    { what: "tea" },
    { what: "tea", extras: null },
    { what: "tea", extras: { milk: true } },
    { what: "tea", extras: undefined, table: 4 },
  ])("takes %j as it is", async (value) => {
    await expect(checkValue(order, value)).resolves.toEqual({ value });
  });

  it.each([
    ["tea", "expected object, received string"],
    [null, "expected object, received null"],
    [["tea"], "expected object, received array"],
    [{}, "what: it is missing"],
    [{ what: 5 }, "what: expected string, received number"],
    [{ what: "tea", extras: [] }, "extras: expected object or null, received array"],
  ])("refuses %j: %s", async (value, issue) => {
    await expect(checkValue(order, value)).resolves.toEqual({ issues: [issue] });
  });

  it("tells of every fault at once", async () => {
    await expect(checkValue(order, { extras: 1 })).resolves.toEqual({
      issues: ["what: it is missing", "extras: expected object or null, received number"],
    });
  });
});

describe("TEXT", () => {
  it("takes texts only", async () => {
    await expect(checkValue(TEXT, "")).resolves.toEqual({ value: "" });
    await expect(checkValue(TEXT, 1)).resolves.toEqual({ issues: ["expected string, received number"] });
  });
});

describe("textArguments", () => {
  it("describes texts that are all needed", () => {
    expect(toJsonSchema(textArguments({ from: "Where it begins.", to: "Where it ends." }))).toEqual({
      type: "object",
      properties: {
        from: { type: "string", description: "Where it begins." },
        to: { type: "string", description: "Where it ends." },
      },
      required: ["from", "to"],
    });
  });
});
