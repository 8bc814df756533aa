import { tool } from "vitrine";
import { z } from "zod";
import { answers, calls } from "./replies.ts";
import { callerOf, CAR, ODD, PHOTO, plays, type Scenario, tools } from "./scenarios-shared.ts";

const pay = tool({
  name: "pay",
  description: "Pays.",
  inputSchema: z.object({ euros: z.number() }),
  needsApproval: ({ euros }) => euros > 10,
  maxCalls: 2,
  execute: ({ euros }) => euros,
});

const asText = (name: string, input: object): string =>
  `I call.\n<tool_call>${JSON.stringify({ name, arguments: input })}</tool_call>`;

/** Runs of tool-calling agents: calls, their results, images, and mistakes. */
export const callScenarios: readonly Scenario[] = [
  {
    name: "a failed tool, calls at once, and the ids of them",
    script: plays(
      calls(["search", { query: "bad" }], ["search", { query: "x" }], ["draw", {}]),
      { toolCalls: [{ id: "", name: "search", arguments: { query: "y" } }] },
      {
        toolCalls: [
          { id: "same", name: "search", arguments: { query: "1" } },
          { id: "same", name: "search", arguments: { query: "2" } },
        ],
      },
      answers({ a: [1, null] }),
    ),
    run: async (model) => callerOf(model).run("Go"),
  },
  {
    name: "tool calls that are written as text",
    script: plays(
      asText("search", { query: "x" }),
      'Two of them:\n```json\n[{"name": "search", "parameters": {"query": "y"}}, {"name": "draw", "arguments": {}}]\n```',
      asText("final_answer", { answer: "done" }),
    ),
    run: async (model) => callerOf(model).run("Go"),
  },
  {
    name: "mistakes of the model",
    script: plays(
      "I call nothing.",
      calls(["serch", { query: "x" }]),
      calls(["search", "no JSON {"]),
      calls(["search", { wrong: 1 }]),
      calls(["search", { query: "x" }], ["final_answer", { answer: 0 }]),
      "",
      answers(1),
    ),
    run: async (model) => callerOf(model).run("Go"),
  },
  {
    name: "answers that are cut off",
    script: plays(
      { content: "I would call", finishReason: "length" },
      { ...calls(["search", { query: "whole" }], ["search", '{"query": "cut o']), finishReason: "length" },
      answers(1),
    ),
    run: async (model) => callerOf(model).run("Go"),
  },
  {
    name: "calls that are not approved, or too many",
    script: plays(
      calls(["pay", { euros: 50 }], ["pay", { euros: 5 }]),
      calls(["pay", { euros: 1 }]),
      calls(["pay", { euros: 2 }]),
      answers("paid"),
    ),
    run: async (model) => callerOf(model, { tools: [pay], approve: () => ({ reason: "too much" }) }).run("Pay for it"),
  },
  {
    name: "images of the task and of tools, passed on by their names",
    script: plays(calls(["draw", {}], ["show", { image: "picture" }]), calls(["show", { image: "image_1" }]), {
      content: "I see.",
      ...calls(["final_answer", { answer: "image_1" }]),
    }),
    run: async (model) =>
      callerOf(model).run("What is it?", { images: [PHOTO], additionalArgs: { picture: CAR, count: 3, deep: [CAR] } }),
  },
  {
    name: "texts that are hard to store, said by all",
    script: plays(
      {
        content: '  {"a": "\\u0000"} \u2028 é 🦊 \r\n\t"',
        ...calls(["show", { image: { "": 0, "a.b": [[]], "0": { __proto: null }, n: 1e300, text: '"{}"' } }]),
      },
      calls(["odd", {}]),
      calls(["search", { query: "null" }], ["search", { query: "" }], ["search", { query: "[1, 2]" }]),
      answers(` ${"é🦊".repeat(30)} `),
    ),
    run: async (model) =>
      callerOf(model, { instructions: 'Say "__proto__", {{no}} placeholder, and \\n.' }).run(`Tell ${ODD} me \uDC00`),
  },
  {
    name: "final answers that are refused, by a schema and by a check",
    script: plays(answers({ city: 1 }), answers({ city: "Rome" }), {
      content: "It is Paris.",
      ...answers({ city: "Paris" }),
    }),
    run: async (model) =>
      callerOf(model, {
        outputSchema: z.object({ city: z.string() }),
        finalAnswerChecks: [(answer) => JSON.stringify(answer).includes("Paris") || "It is in France."],
      }).run("Which city?"),
  },
  {
    name: "a tool-calling agent that plans",
    script: plays(
      "1. Search.<end_plan>",
      calls(["search", { query: "a" }]),
      calls(["search", { query: "b" }]),
      "2. Answer.",
      answers("done"),
    ),
    run: async (model) => callerOf(model, { planningInterval: 2 }).run("Go"),
  },
  {
    name: "prompts of one's own",
    script: plays("The plan.", calls(["search", { query: "a" }]), "The last word."),
    run: async (model) =>
      callerOf(model, {
        systemPrompt: "Use {{tool_descriptions}} and {{managed_agents_descriptions}}.",
        prompts: { initialPlan: ({ task }) => `Plan for ${task}.`, finalAnswer: ({ task }) => `Answer ${task}.` },
        planningInterval: 5,
        maxSteps: 1,
        tools: tools.slice(0, 1),
      }).run("Go"),
  },
  {
    name: "reasoning, and all that is known of tokens",
    script: plays(
      {
        ...calls(["search", { query: "a" }]),
        content: "So:",
        reasoning: "Let me see.\n\nSo.",
        usage: {
          inputTokens: 100,
          outputTokens: 10,
          totalTokens: 115,
          cachedTokens: 50,
          reasoningTokens: 5,
          costUsd: 0.5,
        },
      },
      { ...answers(1), reasoning: "Only thought.", finishReason: "tool_use" },
    ),
    run: async (model) => callerOf(model).run("Go"),
  },
];
