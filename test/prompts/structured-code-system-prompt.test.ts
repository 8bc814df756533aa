import { describe, expect, it } from "vitest";
import { codeSystemPrompt } from "../../src/prompts/code-system-prompt.ts";
import { STRUCTURED_CODE_SYSTEM_PROMPT } from "../../src/prompts/structured-code-system-prompt.ts";

const add = {
  name: "add",
  description: "Adds.",
  inputSchema: { type: "object", properties: { a: { type: "number" } }, required: ["a"] },
};
const values = { tools: [add], managedAgents: [], authorizedImports: [] };

describe("STRUCTURED_CODE_SYSTEM_PROMPT", () => {
  it("has examples of whole JSON objects with the code that the other prompt shows", () => {
    const lines = between(STRUCTURED_CODE_SYSTEM_PROMPT, "---\n", "Those tools").split("\n");
    const steps: unknown[] = lines.filter((line) => line.startsWith("{")).map((line): unknown => JSON.parse(line));
    expect(steps).toHaveLength(7);
    expect(steps[1]).toEqual({ thought: "Shanghai has more inhabitants.", code: 'finalAnswer("Shanghai");' });
    expect(STRUCTURED_CODE_SYSTEM_PROMPT).not.toMatch(/<code>|Thought:/);
  });

  it("is rendered as any template", () => {
    const prompt = codeSystemPrompt(values, STRUCTURED_CODE_SYSTEM_PROMPT);
    expect(between(prompt, "You work in", "---")).toMatchInlineSnapshot(`
      "You work in a cycle of steps: thought, code, observation. In each step:
      Thought and code are one JSON object, {"thought": …, "code": …}, with nothing around it:
      1. thought: a text that says in a sentence or two what you are going to do, and with which tools.
      2. code: a text that is JavaScript. What you will need to know later, print with console.log().
      3. Observation: what was printed, and the value of the last expression, is shown to you as "Observation:" in the next step. You never write it yourself.
      In the last step, call finalAnswer(answer): it ends the task.

      Here are examples with notional tools:
      "
    `);
    expect(between(prompt, "Rules", "3. Call")).toMatchInlineSnapshot(`
      "Rules that you always follow:
      1. Always answer with one JSON object that has a "thought" and then a "code", both texts, and write nothing around it, or you fail.
      2. Use only variables that you have defined, or that the task names.
      "
    `);
    expect(prompt).toContain("declare function add(");
  });
});

function between(text: string, start: string, end?: string): string {
  const from = text.indexOf(start);
  return text.slice(from, end === undefined ? undefined : text.indexOf(end, from + start.length));
}
