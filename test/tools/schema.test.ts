import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkArguments, checkValue, type Schema, type StandardSchema, toJsonSchema } from "../../src/tools/schema.ts";

const ofZod = z.object({
  place: z.object({ lat: z.number().describe("In degrees."), tags: z.array(z.string()).optional() }),
  unit: z.enum(["c", "k"]).default("c"),
  amount: z.union([z.string(), z.number()]),
  note: z.string().nullable(),
});

const ofJson = {
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  properties: {
    place: {
      type: "object",
      properties: {
        lat: { type: "number", description: "In degrees." },
        tags: { type: "array", items: { type: "string" } },
      },
      required: ["lat"],
    },
    unit: { type: "string", enum: ["c", "k"], default: "c" },
    amount: { type: ["string", "number"] },
    note: { type: ["string", "null"] },
  },
  required: ["place", "amount", "note"],
};

/** As a library would that is none we know: some path segments are objects, which the standard allows. */
const ofStranger: StandardSchema = {
  "~standard": {
    vendor: "stranger",
    validate: async (value) => {
      const { issues } = await checkValue(ofZod, value);
      if (!issues) return ofZod["~standard"].validate(value);
      return {
        issues: issues.map((issue) => {
          const [, path = "", message = ""] = /^([\w.]+): (.*)$/.exec(issue) ?? [];
          return { message, path: path.split(".").map((key) => ({ key })) };
        }),
      };
    },
    jsonSchema: { input: ({ target }) => (target === "draft-07" ? ofJson : {}) },
  },
};

const kinds: readonly (readonly [string, Schema])[] = [
  ["zod", ofZod],
  ["JSON Schema", ofJson],
  ["any Standard JSON Schema", ofStranger],
];

describe.each(kinds)("a schema of %s", (_kind, schema) => {
  it("describes nested objects, lists, enums, defaults, unions and null to the model", () => {
    const { $schema: _dropped, ...expected } = ofJson;

    expect(toJsonSchema(schema)).toEqual(expected);
  });

  it("fills defaults in, and lets through what fits", async () => {
    await expect(checkArguments(schema, { place: { lat: 1, tags: ["a"] }, amount: 2, note: null })).resolves.toEqual({
      value: { place: { lat: 1, tags: ["a"] }, unit: "c", amount: 2, note: null },
    });
  });

  it("names each fault with its path", async () => {
    const { issues } = await checkArguments(schema, {
      place: { lat: "1", tags: ["a", 2] },
      unit: "f",
      amount: true,
      note: 4,
      noted: "x",
    });

    expect(issues).toEqual([
      "noted: there is no such argument",
      expect.stringMatching(/^place\.lat: .*expected number, received string/),
      expect.stringMatching(/^place\.tags\.1: .*expected string, received number/),
      expect.stringMatching(/^unit: .*"c"\|"k"/),
      expect.stringMatching(/^amount: .*expected string, received boolean.* or .*expected number, received boolean/),
      expect.stringMatching(/^note: .*expected string, received number/),
    ]);
  });

  it("names what lacks", async () => {
    const { issues } = await checkArguments(schema, { place: {}, amount: 1, note: null });

    expect(issues).toEqual([expect.stringMatching(/^place\.lat: .*received undefined/)]);
  });
});

describe("toJsonSchema", () => {
  it("describes what may be anything by a schema without a type, also deep inside", () => {
    const schema = z.object({
      data: z.any().describe("Whatever it is."),
      nested: z.object({ value: z.unknown(), list: z.array(z.any()) }),
    });

    expect(toJsonSchema(schema)).toEqual({
      type: "object",
      properties: {
        data: { description: "Whatever it is." },
        nested: {
          type: "object",
          properties: { value: {}, list: { type: "array", items: {} } },
          required: ["value", "list"],
        },
      },
      required: ["data", "nested"],
    });
  });

  it("describes alternatives that are told apart by a key", () => {
    const schema = z.object({
      shape: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("circle"), radius: z.number() }),
        z.object({ kind: z.literal("square"), side: z.number() }),
      ]),
    });

    expect(toJsonSchema(schema)).toHaveProperty("properties.shape.oneOf", [
      expect.objectContaining({
        properties: { kind: { type: "string", const: "circle" }, radius: { type: "number" } },
      }),
      expect.objectContaining({ properties: { kind: { type: "string", const: "square" }, side: { type: "number" } } }),
    ]);
  });

  it("has an object at its root where the library refers to a definition", () => {
    const schema = z.object({ q: z.string() }).meta({ id: "Question" });

    expect(toJsonSchema(schema)).toMatchObject({ type: "object", properties: { q: { type: "string" } } });
    expect(toJsonSchema(schema)).not.toHaveProperty("$ref");
  });

  it("keeps the definitions that a schema refers to", () => {
    const point = z.object({ x: z.number() }).meta({ id: "Point" });

    expect(toJsonSchema(z.object({ from: point, to: point }))).toMatchObject({
      properties: { from: { $ref: "#/definitions/Point" }, to: { $ref: "#/definitions/Point" } },
      definitions: { Point: { type: "object", properties: { x: { type: "number" } } } },
    });
  });

  it("is made once a schema", () => {
    expect(toJsonSchema(ofZod)).toBe(toJsonSchema(ofZod));
    expect(toJsonSchema(ofJson)).toBe(toJsonSchema(ofJson));
  });

  it("leaves the schema as it was", () => {
    toJsonSchema(ofJson);

    expect(ofJson).toHaveProperty("$schema");
  });

  it("tells what to do about a library that does not describe itself", () => {
    // As zod before 4.2.
    const silent = { "~standard": { vendor: "old", validate: (value: unknown) => ({ value }) } };

    expect(() => toJsonSchema(silent)).toThrow(/"old" does not describe itself as JSON Schema/);
  });
});

describe("checkArguments", () => {
  it("reads dates from the texts that JSON has for them, wherever they stand", async () => {
    const schema = z.object({ from: z.date(), stops: z.array(z.object({ at: z.date() })) });

    const checked = await checkArguments(schema, { from: "2026-11-25", stops: [{ at: "2026-11-26T10:00:00Z" }] });

    expect(checked).toEqual({
      value: { from: new Date("2026-11-25"), stops: [{ at: new Date("2026-11-26T10:00:00Z") }] },
    });
  });

  it("names a date that is none, with the others read", async () => {
    const schema = z.object({ from: z.date(), to: z.date() });

    const { issues } = await checkArguments(schema, { from: "2026-11-25", to: "tomorrow" });

    expect(issues).toEqual([expect.stringMatching(/^to: .*expected date, received string/)]);
  });

  it("names the faults of each alternative", async () => {
    const schema = z.object({ to: z.union([z.object({ city: z.string() }), z.object({ lat: z.number() })]) });

    const { issues } = await checkArguments(schema, { to: { lat: "1" } });

    expect(issues).toEqual([
      expect.stringMatching(/^to: .*\(city: .*received undefined, or lat: .*expected number, received string\)$/),
    ]);
  });

  it("has no word against other keys where the schema allows them", async () => {
    const schema = { type: "object", properties: {}, additionalProperties: { type: "number" } };

    await expect(checkArguments(schema, { a: 1 })).resolves.toEqual({ value: { a: 1 } });
    await expect(checkArguments(schema, { a: "1" })).resolves.toMatchObject({
      issues: [expect.stringMatching(/^a: /)],
    });
  });
});
