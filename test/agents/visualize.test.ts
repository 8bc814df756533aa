import { describe, expect, it } from "vitest";
import { CodeAgent, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { type VisibleAgent, visualizeAgent } from "../../src/agents/visualize.ts";
import { search } from "../support/scripted-agents.ts";

const model = new ScriptedModel([], { modelId: "gpt-5-mini" });

const getWeather = tool({
  name: "get_weather",
  description: "Weather report for a place and a time, as a surfer needs it:\nwind, waves, water.",
  inputSchema: z.object({
    location: z.string().describe("A place, like 'Anchor Point, Taghazout, Morocco'"),
    when: z.union([z.string(), z.number()]).optional(),
    units: z.enum(["metric", "imperial"]).nullable(),
  }),
  execute: () => "Sunny.",
});

/** An agent of somebody's own: it keeps its parts elsewhere. */
class Oracle {
  readonly name = "oracle";
  readonly description = "Knows everything.";
  readonly provideRunSummary = false;

  run(): Promise<never> {
    return Promise.reject(new Error("not asked here"));
  }
}

describe("visualizeAgent", () => {
  it("draws class, model, imports, tools with their arguments, and managed agents to any depth", () => {
    const reader = new ToolCallingAgent({ name: "reader", description: "Reads.", model });
    const searcher = new ToolCallingAgent({
      name: "search_agent",
      description: "Searches the web.",
      tools: [search],
      managedAgents: [reader],
      model: new ScriptedModel([], { modelId: "qwen3:8b" }),
    });
    const manager = new CodeAgent({
      name: "surfer",
      model,
      tools: [getWeather],
      managedAgents: [searcher, new Oracle()],
    });
    expect(visualizeAgent(manager)).toMatchInlineSnapshot(`
      "CodeAgent surfer | gpt-5-mini
      ├── Authorised imports: none
      ├── Tools:
      │   Name          Description                               Arguments
      │   ────────────  ────────────────────────────────────────  ────────────────────────────────────────
      │   get_weather   Weather report for a place and a time,    location (string): A place, like 'Anchor
      │                 as a surfer needs it:                     Point, Taghazout, Morocco'
      │                 wind, waves, water.                       when? (string | number)
      │                                                           units ("metric" | "imperial" | null)
      │   final_answer  Gives the final answer to the task, and   answer (unknown): The final answer: a
      │                 ends the work on it.                      text, a number, or any other JSON value,
      │                                                           as the task asks.
      └── Managed agents:
          ├── ToolCallingAgent search_agent | qwen3:8b
          │   ├── Searches the web.
          │   ├── Tools:
          │   │   Name          Description                           Arguments
          │   │   ────────────  ────────────────────────────────────  ────────────────────────────────────
          │   │   search        Searches.                             query (string)
          │   │   final_answer  Gives the final answer to the task,   answer (unknown): The final answer:
          │   │                 and ends the work on it.              a text, a number, or any other JSON
          │   │                                                       value, as the task asks.
          │   └── Managed agents:
          │       └── ToolCallingAgent reader | gpt-5-mini
          │           ├── Reads.
          │           └── Tools:
          │               Name          Description                       Arguments
          │               ────────────  ────────────────────────────────  ────────────────────────────────
          │               final_answer  Gives the final answer to the     answer (unknown): The final
          │                             task, and ends the work on it.    answer: a text, a number, or any
          │                                                               other JSON value, as the task
          │                                                               asks.
          └── Oracle oracle
              └── Knows everything."
    `);
  });

  it("names what code may import", () => {
    const agent = { name: undefined, authorizedImports: ["simple-stats", "lodash"], tools: [] };
    expect(visualizeAgent(agent)).toMatchInlineSnapshot(`
      "Object
      └── Authorised imports: simple-stats, lodash"
    `);
  });

  it("draws an agent of somebody's own that has neither model nor tools", () => {
    expect(visualizeAgent(new Oracle())).toBe("Oracle oracle\n└── Knows everything.");
  });

  it("leaves out tools that are none of ours", () => {
    // oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-unsafe-type-assertion -- types forbid it, and JavaScript does it
    const agents = [
      { name: "a", tools: ["search"] },
      { name: "b", tools: { search } },
    ] as unknown as VisibleAgent[];
    expect(agents.map((agent) => visualizeAgent(agent))).toEqual(["Object a", "Object b"]);
  });

  it.each([60, 100])("keeps every line within %d characters", (width) => {
    const manager = new CodeAgent({ model, tools: [getWeather], managedAgents: [new Oracle()] });
    const long = { name: "x".repeat(20), description: "y".repeat(300), managedAgents: [manager] };
    const longest = Math.max(
      ...visualizeAgent(long, { width })
        .split("\n")
        .map(({ length }) => length),
    );
    expect(longest).toBeLessThanOrEqual(width);
  });
});
