import { describe, expect, it } from "vitest";
import { z } from "zod";
import { codeSystemPrompt } from "../../src/prompts/code-system-prompt.ts";
import { toolCallingSystemPrompt } from "../../src/prompts/tool-calling-system-prompt.ts";
import { toolDeclarations } from "../../src/prompts/tool-declarations.ts";
import { tool } from "../../src/tools/tool.ts";
import { declaredTool } from "../../src/tools/tool-spec.ts";

const getWeather = declaredTool(
  tool({
    name: "get_weather",
    description: "Weather report.\nFor one place.",
    inputSchema: z.object({
      location: z.string().describe("A place."),
      unit: z.enum(["celsius", "kelvin"]).default("celsius"),
      days: z.array(z.object({ day: z.int(), hour: z.number().nullable() })).optional(),
    }),
    outputSchema: z.object({ temperature: z.number(), tags: z.record(z.string(), z.boolean()) }),
    execute: () => ({ temperature: 1, tags: {} }),
  }),
);
const searcher = {
  name: "search_agent",
  description: "Searches the web.",
  inputSchema: { type: "object", properties: { task: { type: "string" } }, required: ["task"] },
};

describe("toolDeclarations", () => {
  it("declares tools as TypeScript functions with doc comments", () => {
    expect(toolDeclarations([getWeather])).toMatchInlineSnapshot(`
      "/**
       * Weather report.
       * For one place.
       */
      declare function get_weather(input: { /** A place. */ location: string; unit?: "celsius" | "kelvin"; days?: Array<{ day: number; hour: number | null }> }): Promise<{ temperature: number; tags: Record<string, boolean> }>;"
    `);
  });

  it("does not let a description end the comment", () => {
    expect(toolDeclarations([{ ...searcher, description: "a */ b" }])).toContain(" * a * / b");
  });
});

describe.each([
  ["codeSystemPrompt", codeSystemPrompt],
  ["toolCallingSystemPrompt", toolCallingSystemPrompt],
])("%s", (_name, prompt) => {
  it("shows tools, team members and instructions", () => {
    const text = prompt({ tools: [getWeather], managedAgents: [searcher], instructions: "Answer in French." });
    expect(text).toContain("get_weather");
    expect(text).toContain("search_agent");
    expect(text).toContain("You can also give tasks to team members.");
    expect(text).toContain("Answer in French.");
  });

  it("has no word of a team where there is none", () => {
    expect(prompt({ tools: [getWeather], managedAgents: [], instructions: undefined })).not.toMatch(/team|undefined/);
  });
});
