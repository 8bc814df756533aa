import { describe, expect, it } from "vitest";
import { z } from "zod";
import { isStrictSchema } from "../../src/models/strict-schema.ts";

describe("isStrictSchema", () => {
  it.each([
    ["all required", z.object({ thought: z.string(), code: z.string() })],
    ["null in place of optional", z.object({ city: z.string().nullable() })],
    ["objects in lists and unions", z.object({ cities: z.array(z.union([z.object({ name: z.string() }), z.null()])) })],
    ["properties named as keywords", z.object({ default: z.string(), not: z.string() })],
  ])("accepts %s", (_name, schema) => {
    expect(isStrictSchema(z.toJSONSchema(schema))).toBe(true);
  });

  it.each([
    ["an optional property", z.object({ city: z.string().optional() })],
    ["an optional property far down", z.object({ cities: z.array(z.object({ name: z.string().optional() })) })],
    ["one in a union", z.object({ city: z.union([z.object({ name: z.string().optional() }), z.null()]) })],
    ["a default", z.object({ city: z.string().default("Paris") })],
    ["more properties than are named", z.looseObject({ city: z.string() })],
    ["a record", z.object({ cities: z.record(z.string(), z.number()) })],
    ["a list at the top", z.array(z.string())],
  ])("refuses %s", (_name, schema) => {
    expect(isStrictSchema(z.toJSONSchema(schema))).toBe(false);
  });

  it.each([
    { type: "object", properties: {}, additionalProperties: false, allOf: [{}] },
    { type: "object" },
    { type: "object", properties: 1, additionalProperties: false },
    {},
  ])("refuses what says too little: %j", (schema) => {
    expect(isStrictSchema(schema)).toBe(false);
  });
});
