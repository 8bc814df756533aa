import { describe, expect, it } from "vitest";
import { z } from "zod";
import { schemaType } from "../../src/prompts/schema-type.ts";
import { toJsonSchema } from "../../src/tools/schema.ts";

const CITY = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };

describe("schemaType", () => {
  it.each([
    ["a string", { type: "string" }, "string"],
    ["an integer", { type: "integer" }, "number"],
    ["a boolean", { type: "boolean" }, "boolean"],
    ["null", { type: "null" }, "null"],
    ["anything", {}, "unknown"],
    ["a type of another world", { type: "image" }, "unknown"],
    ["an enum of several types", { enum: ["a", 1, null] }, '"a" | 1 | null'],
    ["an empty enum", { enum: [] }, "never"],
    ["a const", { type: "string", const: "x" }, '"x"'],
    ["a const object", { const: { a: [1] } }, '{"a":[1]}'],
    ["a list of types", { type: ["string", "null"] }, "string | null"],
    ["a list of types that are one", { type: ["number", "integer"] }, "number"],
    ["what is nullable", { type: "string", nullable: true }, "string | null"],
    ["a nullable enum", { enum: ["a"], nullable: true }, '"a" | null'],
    ["an array", { type: "array", items: { type: "string" } }, "Array<string>"],
    ["an array of anything", { type: "array" }, "Array<unknown>"],
    ["an array of a union", { type: "array", items: { type: ["string", "number"] } }, "Array<string | number>"],
    ["a nullable array", { type: ["array", "null"], items: { type: "string" } }, "Array<string> | null"],
    ["a tuple", { type: "array", prefixItems: [{ type: "string" }, { type: "number" }] }, "[string, number]"],
    [
      "a tuple with a rest",
      { type: "array", prefixItems: [{ type: "string" }], items: { type: ["number", "null"] } },
      "[string, ...Array<number | null>]",
    ],
    ["a closed tuple of draft 7", { type: "array", items: [{ type: "string" }], additionalItems: false }, "[string]"],
    [
      "a tuple of draft 7 with a rest",
      { type: "array", items: [{ type: "string" }], additionalItems: { type: "number" } },
      "[string, ...Array<number>]",
    ],
    ["an object of anything", { type: "object" }, "Record<string, unknown>"],
    ["an object of nothing", { type: "object", additionalProperties: false }, "{}"],
    ["an object without properties", { type: "object", properties: {} }, "{}"],
    ["an object that says no type", { properties: { a: { type: "string" } } }, "{ a?: string }"],
    [
      "nested objects",
      { type: "object", properties: { city: CITY, "zip-code": true }, required: ["city"] },
      '{ city: { name: string }; "zip-code"?: unknown }',
    ],
    ["a property that may not be", { type: "object", properties: { a: false } }, "{ a?: never }"],
    ["a record", { type: "object", additionalProperties: { type: "number" } }, "Record<string, number>"],
    [
      "a record of named keys",
      {
        type: "object",
        propertyNames: { enum: ["a", "b"] },
        additionalProperties: { type: "number" },
        required: ["a"],
      },
      'Record<"a" | "b", number>',
    ],
    [
      "a record of some named keys",
      { type: "object", propertyNames: { enum: ["a", "b"] }, additionalProperties: { type: "number" } },
      'Partial<Record<"a" | "b", number>>',
    ],
    [
      "an object with further keys",
      { ...CITY, additionalProperties: true },
      "{ name: string } & Record<string, unknown>",
    ],
    [
      "an object of further keys only",
      { type: "object", properties: {}, additionalProperties: {} },
      "Record<string, unknown>",
    ],
    ["anyOf", { anyOf: [{ type: "string" }, CITY] }, "string | { name: string }"],
    ["oneOf", { oneOf: [{ const: 1 }, { const: 2 }, { const: 1 }] }, "1 | 2"],
    ["a union with anything", { anyOf: [{ type: "string" }, {}] }, "unknown"],
    ["a union with nothing", { anyOf: [{ type: "string" }, false] }, "string"],
    ["alternatives of an object", { type: "object", anyOf: [CITY, { type: "null" }] }, "{ name: string } | null"],
    ["alternatives that only constrain", { ...CITY, anyOf: [{ required: ["name"] }] }, "{ name: string }"],
    [
      "alternatives beside properties",
      { ...CITY, oneOf: [{ properties: { a: { type: "string" } } }, { properties: { b: { type: "string" } } }] },
      "{ name: string } & ({ a?: string } | { b?: string })",
    ],
    [
      "allOf",
      { allOf: [CITY, { type: "object", properties: { size: { type: "number" } } }] },
      "{ name: string } & { size?: number }",
    ],
    ["allOf of one", { allOf: [CITY] }, "{ name: string }"],
    [
      "allOf with a union",
      { allOf: [CITY, { anyOf: [CITY, { type: "null" }] }] },
      "{ name: string } & ({ name: string } | null)",
    ],
    ["a reference", { $ref: "#/$defs/City", $defs: { City: CITY } }, "{ name: string }"],
    [
      "a reference of draft 7",
      { type: "array", items: { $ref: "#/definitions/City" }, definitions: { City: CITY } },
      "Array<{ name: string }>",
    ],
    ["a reference to an escaped name", { $ref: "#/$defs/a~1b%20c", $defs: { "a/b c": CITY } }, "{ name: string }"],
    ["a reference that leads nowhere", { $ref: "#/$defs/City" }, "unknown"],
    ["a reference that leads out", { $ref: "https://example.com/city.json" }, "unknown"],
    ["a reference that is no URL", { $ref: "#/$defs/%", $defs: { "%": CITY } }, "{ name: string }"],
    [
      "a schema that refers to itself",
      { type: "object", properties: { next: { $ref: "#" } }, required: ["next"] },
      "{ next: unknown }",
    ],
    [
      "a definition that refers to itself",
      {
        $ref: "#/$defs/Node",
        $defs: { Node: { type: "object", properties: { kids: { type: "array", items: { $ref: "#/$defs/Node" } } } } },
      },
      "{ kids?: Array<unknown> }",
    ],
    [
      "a definition that is used twice",
      {
        type: "object",
        properties: { a: { $ref: "#/$defs/C" }, b: { $ref: "#/$defs/C" } },
        $defs: { C: { type: "null" } },
      },
      "{ a?: null; b?: null }",
    ],
  ])("writes %s", (_name, schema, type) => {
    expect(schemaType(schema)).toBe(type);
  });

  it.each([
    ["a description", { description: "A place." }, "/** A place. */ "],
    ["a description of several lines", { description: "A place:\n  a city.\n" }, "/** A place: a city. */ "],
    ["a description that would end the comment", { description: "a */ b" }, "/** a * / b */ "],
    ["a default", { default: "celsius" }, '/** Default: "celsius". */ '],
    ["a default that would end the comment", { default: "*/" }, '/** Default: "* /". */ '],
    ["both", { description: "The unit", default: null }, "/** The unit. Default: null. */ "],
    ["both, the first with its full stop", { description: "How many?", default: 3 }, "/** How many? Default: 3. */ "],
    ["the description of what is referred to", { $ref: "#/$defs/Told" }, "/** Told there. */ "],
    ["a description beside a reference", { $ref: "#/$defs/Told", description: "Here." }, "/** Here. */ "],
    ["nothing", {}, ""],
  ])("tells of a property by %s", (_name, property, comment) => {
    const schema = { type: "object", properties: { p: property }, $defs: { Told: { description: "Told there." } } };
    expect(schemaType(schema)).toBe(`{ ${comment}p?: unknown }`);
  });

  it("ends for definitions that all refer to each other", () => {
    const names = Array.from({ length: 15 }, (_, index) => `D${index}`);
    const properties = Object.fromEntries(names.map((name) => [name, { $ref: `#/$defs/${name}` }]));
    const $defs = Object.fromEntries(names.map((name) => [name, { type: "object", properties }]));
    const type = schemaType({ $ref: "#/$defs/D0", $defs });
    expect(type.match(/\{/g)).toHaveLength(100);
    expect(type).toMatch(/^\{ D0\?: unknown; D1\?: \{ D0\?: unknown; D1\?: unknown; D2\?: \{/);
  });

  it("reads what zod writes", () => {
    const tree = z.object({
      value: z.string(),
      get kids() {
        return z.array(tree);
      },
    });
    const schema = z.object({
      tuple: z.tuple([z.string(), z.number()]).rest(z.boolean()),
      mode: z.enum(["fast", "slow"]).default("fast").describe("How."),
      shape: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("dot") }),
        z.object({ kind: z.literal("line"), length: z.number().nullable() }),
      ]),
      tags: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      tree,
    });
    expect(schemaType(toJsonSchema(schema)).split("; ")).toEqual([
      "{ tuple: [string, number, ...Array<boolean>]",
      '/** How. Default: "fast". */ mode?: "fast" | "slow"',
      'shape: { kind: "dot" } | { kind: "line"',
      "length: number | null }",
      "tags?: Record<string, string | number>",
      "tree: { value: string",
      "kids: Array<unknown> } }",
    ]);
  });
});
