import { describe, expect, it } from "vitest";
import { CODE_SYSTEM_PROMPT } from "../../src/prompts/code-system-prompt.ts";
import { STRUCTURED_CODE_SYSTEM_PROMPT } from "../../src/prompts/structured-code-system-prompt.ts";

describe.each([
  ["CODE_SYSTEM_PROMPT", CODE_SYSTEM_PROMPT],
  ["STRUCTURED_CODE_SYSTEM_PROMPT", STRUCTURED_CODE_SYSTEM_PROMPT],
])("%s", (_name, template) => {
  it.each([
    ["keep to the form", /^1\. Always .* or you fail\.$/m],
    ["only defined variables", /^2\. Use only variables that you have defined/m],
    ["the right arguments", /^3\. Call a tool with one object .* never `search\("…"\)`\.$/m],
    ["no chains of unpredictable output", /^4\. Do not use the output of a tool, whose form you cannot know/m],
    ["no call twice", /^5\. Call a tool only when you need it, and never again/m],
    ["no variable named as a tool", /^6\. Do not name a variable as a tool is named/m],
    ["no notional variables", /^7\. Do not make up notional variables/m],
    ["only listed imports", /^8\. .*Modules that you can import: \{\{authorized_imports\}\}\.$/m],
    ["state persists", /^9\. Variables, functions, classes and imports live on from step to step/m],
    ["no giving up", /^10\. Do not give up/m],
  ])("has the rule: %s", (_rule, sentence) => {
    expect(template).toMatch(sentence);
  });

  it("tells the cycle, what is printed and how to end", () => {
    expect(template).toMatch(/thought, code, observation/);
    expect(template).toMatch(/print with console\.log\(\)/);
    expect(template).toMatch(/shown to you as "Observation:" in the next step/);
    expect(template).toMatch(/call finalAnswer\(answer\): it ends the task/);
  });
});

describe("CODE_SYSTEM_PROMPT", () => {
  it("gives every piece of code in its examples a thought before and both tags", () => {
    const examples = CODE_SYSTEM_PROMPT.slice(
      CODE_SYSTEM_PROMPT.indexOf("---\n"),
      CODE_SYSTEM_PROMPT.indexOf("Those tools"),
    );
    const steps = examples.match(/Thought: .+\n<code>\n[\s\S]+?\n<\/code>/g) ?? [];
    expect(steps).toHaveLength(7);
    expect(examples.match(/<code>/g)).toHaveLength(7);
  });
});
