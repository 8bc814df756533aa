import { describe, expect, it } from "vitest";
import { z } from "zod";
import { finalAnswerDeclaration, toolDeclarations } from "../../src/prompts/tool-declarations.ts";
import { tool } from "../../src/tools/tool.ts";
import { declaredTool } from "../../src/tools/tool-spec.ts";

const getWeather = declaredTool(
  tool({
    name: "get_weather",
    description: "Weather report.\n\nFor one place.",
    inputSchema: z.object({
      location: z.string().describe("A place."),
      unit: z.enum(["celsius", "kelvin"]).default("celsius"),
      days: z.array(z.object({ day: z.int(), hour: z.number().nullable() })).optional(),
    }),
    outputSchema: z.object({ temperature: z.number(), tags: z.record(z.string(), z.boolean()) }),
    execute: () => ({ temperature: 1, tags: {} }),
  }),
);
const search = {
  name: "search",
  description: "Searches.",
  inputSchema: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
};

describe("toolDeclarations", () => {
  it("declares tools as TypeScript functions with doc comments and output types", () => {
    expect(toolDeclarations([getWeather, search])).toMatchInlineSnapshot(`
      "/**
       * Weather report.
       *
       * For one place.
       */
      declare function get_weather(input: { /** A place. */ location: string; /** Default: "celsius". */ unit?: "celsius" | "kelvin"; days?: Array<{ day: number; hour: number | null }> }): Promise<{ temperature: number; tags: Record<string, boolean> }>;

      /**
       * Searches.
       */
      declare function search(input: { query: string }): Promise<unknown>;"
    `);
  });

  it("gives nothing for no tools", () => {
    expect(toolDeclarations([])).toBe("");
  });

  it("does not let a description end the comment", () => {
    expect(toolDeclarations([{ ...search, description: "a */ b" }])).toContain(" * a * / b");
  });
});

describe("finalAnswerDeclaration", () => {
  it("declares a function that never returns", () => {
    expect(finalAnswerDeclaration({ type: "number", description: "Ends it." })).toMatchInlineSnapshot(`
      "/**
       * Ends it.
       */
      declare function finalAnswer(answer: number): never;"
    `);
  });
});
