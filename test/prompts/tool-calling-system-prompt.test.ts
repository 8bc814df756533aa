import { describe, expect, it } from "vitest";
import { CODE_SYSTEM_PROMPT } from "../../src/prompts/code-system-prompt.ts";
import { TOOL_CALLING_SYSTEM_PROMPT, toolCallingSystemPrompt } from "../../src/prompts/tool-calling-system-prompt.ts";

const add = {
  name: "add",
  description: "Adds.",
  inputSchema: {
    type: "object",
    properties: { a: { type: "number" }, b: { type: "number", default: 1 } },
    required: ["a"],
    additionalProperties: false,
  },
  outputSchema: { type: "number" },
};
const search = {
  name: "search",
  description: "Searches.",
  inputSchema: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
};
const searcher = { ...search, name: "search_agent", outputSchema: { type: "string" } };
const alone = { tools: [add, search], managedAgents: [], authorizedImports: [] };
const full = { ...alone, managedAgents: [searcher], instructions: "Answer in French." };

describe("toolCallingSystemPrompt", () => {
  it("tells tools, team and instructions", () => {
    expect(toolCallingSystemPrompt(full)).toMatchInlineSnapshot(`
      "You are an expert assistant who solves any task with tool calls. You are given a task, and tools that you can call.
      A call's result comes back to you as an observation: it may be a piece of information, or the name of a value that you can pass on to another call.
      You can take many steps. To end the task, call the tool "final_answer" with your answer: that is the only way to complete it.

      Here are examples with notional tools:
      ---
      Task: "Which city has the highest population: Guangzhou or Shanghai?"

      Call: search with {"query": "Population Guangzhou"}
      Call: search with {"query": "Population Shanghai"}
      Observation: "Guangzhou has a population of 15 million inhabitants as of 2021."
      Observation: "26 million (2019)"

      Call: final_answer with {"answer": "Shanghai"}
      ---
      Task: "Draw the author of this letter." (letter is a file, letter.pdf)

      Call: read_document with {"file": "letter.pdf", "question": "Who wrote this, and what does the text tell of their looks?"}
      Observation: "Marta, a gardener with grey curls and a straw hat."

      Call: draw with {"subject": "A gardener with grey curls, wearing a straw hat"}
      Observation: "image_1"

      Call: final_answer with {"answer": "image_1"}
      ---

      Those tools were notional, just to show the way. What you can really call:
      - add: Adds.
          Takes inputs: {"a":{"type":"number"},"b":{"type":"number","default":1}} (may be left out: b)
          Gives an output of type: number
      - search: Searches.
          Takes inputs: {"query":{"type":"string"}}

      You can also give tasks to team members. Calling a team member works the same as calling a tool: the argument \`task\` is what you want to be done, in full sentences, and \`additional_args\` is an object with whatever data it may need. A team member knows nothing of your task: be as detailed and verbose as you would be with a colleague who has just come in.
      - search_agent: Searches.
          Takes inputs: {"query":{"type":"string"}}
          Gives an output of type: string

      Rules that you always follow:
      1. Every step is at least one tool call, or you fail.
      2. Use the right arguments, by name: values, not the names of variables of yours. The name of a value that an observation gave you stands for that value.
      3. Call a tool only when you need it: if you know the answer, give it with "final_answer".
      4. Calls that do not depend on each other belong in one step; "final_answer" stands alone in its step.
      5. Never make a call again with exactly the arguments that you have already used.
      6. Do not give up: you are in charge of solving the task, not of telling others how to solve it.

      Answer in French.

      Now begin!"
    `);
  });

  it("has no word and no gap of what there is not", () => {
    const prompt = toolCallingSystemPrompt(alone);
    expect(prompt.slice(prompt.indexOf("Those tools"))).toMatchInlineSnapshot(`
      "Those tools were notional, just to show the way. What you can really call:
      - add: Adds.
          Takes inputs: {"a":{"type":"number"},"b":{"type":"number","default":1}} (may be left out: b)
          Gives an output of type: number
      - search: Searches.
          Takes inputs: {"query":{"type":"string"}}

      Rules that you always follow:
      1. Every step is at least one tool call, or you fail.
      2. Use the right arguments, by name: values, not the names of variables of yours. The name of a value that an observation gave you stands for that value.
      3. Call a tool only when you need it: if you know the answer, give it with "final_answer".
      4. Calls that do not depend on each other belong in one step; "final_answer" stands alone in its step.
      5. Never make a call again with exactly the arguments that you have already used.
      6. Do not give up: you are in charge of solving the task, not of telling others how to solve it.

      Now begin!"
    `);
    expect(prompt).not.toMatch(/team|undefined|\{\{|\n\n\n/);
  });

  it.each([
    ["no properties", { type: "object" }, "{}"],
    [
      "alternatives",
      { anyOf: [{ type: "object", properties: { a: {} } }] },
      '{"anyOf":[{"type":"object","properties":{"a":{}}}]}',
    ],
    [
      "references",
      { type: "object", properties: { a: { $ref: "#/$defs/A" } }, required: ["a"], $defs: { A: {} } },
      '{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"required":["a"],"$defs":{"A":{}}}',
    ],
  ])("shows the inputs of a tool with %s", (_name, inputSchema, inputs) => {
    const text = toolCallingSystemPrompt({ ...alone, tools: [{ ...search, inputSchema }] }, "{{tool_descriptions}}");
    expect(text).toBe(`- search: Searches.\n    Takes inputs: ${inputs}`);
  });

  it("fills a template of the user's own", () => {
    const values = { ...alone, outputSchema: { type: "string" }, instructions: "Be brief." };
    expect(
      toolCallingSystemPrompt(values, "{{tool_names}}|{{final_answer_type}}|{{managed_agents_description}}|"),
    ).toBe("add, search|string||\n\nBe brief.");
  });

  it("renders the default prompt with text added as the default, and the text", () => {
    const prompt = toolCallingSystemPrompt(full, `${TOOL_CALLING_SYSTEM_PROMPT}\nBe brief.`);
    expect(prompt).toBe(`${toolCallingSystemPrompt(full)}\nBe brief.`);
  });

  it("fills the template of a code agent, which an agent of this kind may be given", () => {
    const prompt = toolCallingSystemPrompt(full, `${CODE_SYSTEM_PROMPT}\nHere you go!`);
    expect(prompt).toContain("<tools>\n- add: Adds.\n");
    expect(prompt).toContain("Modules that you can import: none.");
    expect(prompt).toMatch(/Answer in French\.\n\nNow begin!\nHere you go!$/);
    expect(prompt).not.toMatch(/\{\{/);
  });

  it.each([
    ["a call in every step", /^1\. Every step is at least one tool call, or you fail/m],
    ["values as arguments", /^2\. Use the right arguments, by name: values, not the names of variables/m],
    ["calls only when needed", /^3\. Call a tool only when you need it/m],
    ["the final answer alone", /"final_answer" stands alone in its step/],
    ["no call twice", /^5\. Never make a call again with exactly the arguments/m],
    ["no giving up", /^6\. Do not give up/m],
  ])("has the rule: %s", (_rule, sentence) => {
    expect(TOOL_CALLING_SYSTEM_PROMPT).toMatch(sentence);
  });
});
