import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/errors.ts";
import { CODE_SYSTEM_PROMPT } from "../../src/prompts/code-system-prompt.ts";
import { STRUCTURED_CODE_SYSTEM_PROMPT } from "../../src/prompts/structured-code-system-prompt.ts";
import { assertTemplate, renderTemplate } from "../../src/prompts/template.ts";
import { TOOL_CALLING_SYSTEM_PROMPT } from "../../src/prompts/tool-calling-system-prompt.ts";

const NOTHING = {
  tool_descriptions: "",
  managed_agents_descriptions: "",
  authorized_imports: "",
  tool_names: "",
  custom_instructions: "",
  final_answer_type: "",
};
const TOOLS_AND_TEAM = "{{tool_descriptions}} {{managed_agents_descriptions}}";

describe("renderTemplate", () => {
  it.each([
    ["tool_descriptions", "tool_descriptions"],
    ["managed_agents_descriptions", "managed_agents_descriptions"],
    ["managed_agents_description", "managed_agents_descriptions"],
    ["authorized_imports", "authorized_imports"],
    ["tool_names", "tool_names"],
    ["custom_instructions", "custom_instructions"],
    ["instructions", "custom_instructions"],
    ["final_answer_type", "final_answer_type"],
  ])("puts a value in the place of {{%s}}", (placeholder, name) => {
    expect(renderTemplate(`a {{${placeholder}}} b`, { ...NOTHING, [name]: "X" })).toBe("a X b");
  });

  it("fills every place of a placeholder, spaces in its braces or not", () => {
    expect(renderTemplate("{{tool_names}} {{ tool_names }}", { ...NOTHING, tool_names: "X" })).toBe("X X");
  });

  it.each(["$&", "$1 $$ $`", "{{tool_names}}", "{{unknown}}", "\\n"])("puts in %j as it is", (value) => {
    const values = { ...NOTHING, tool_descriptions: value, tool_names: "NAMES" };
    expect(renderTemplate("a\n{{tool_descriptions}}\nb", values)).toBe(`a\n${value}\nb`);
  });

  it("leaves braces alone that hold no known name", () => {
    expect(renderTemplate("{tool_names} {{}} {{other}} {{1}}", NOTHING)).toBe("{tool_names} {{}} {{other}} {{1}}");
  });

  it.each([
    ["between paragraphs", "a\n\n{{managed_agents_descriptions}}\n\nb", "a\n\nb"],
    ["in lines one after another", "a\n{{managed_agents_descriptions}}\n{{tool_names}}\nb", "a\nb"],
    ["at the end", "a\n\n{{managed_agents_descriptions}}", "a"],
    ["within a line", "a: {{managed_agents_descriptions}}\nb", "a: \nb"],
    ["before other words", "a\n{{managed_agents_descriptions}} b", "a\n b"],
  ])("leaves no gap where there is nothing to tell, %s", (_name, template, text) => {
    expect(renderTemplate(template, NOTHING)).toBe(text);
  });

  it("appends instructions that have no place, below a blank line", () => {
    expect(renderTemplate("a\n", { ...NOTHING, custom_instructions: "Be brief." })).toBe("a\n\nBe brief.");
  });

  it.each(["{{instructions}}", "{{custom_instructions}}"])("does not repeat instructions that stand at %s", (place) => {
    expect(renderTemplate(`${place} a`, { ...NOTHING, custom_instructions: "Be brief." })).toBe("Be brief. a");
  });
});

describe("assertTemplate", () => {
  it.each([
    ["the default code prompt", CODE_SYSTEM_PROMPT, "code"],
    ["the structured code prompt", STRUCTURED_CODE_SYSTEM_PROMPT, "code"],
    ["the default tool-calling prompt", TOOL_CALLING_SYSTEM_PROMPT, "tool-calling"],
    ["a default prompt with more text", `${CODE_SYSTEM_PROMPT}\nBe brief.`, "code"],
    ["the code prompt for a tool-calling agent", CODE_SYSTEM_PROMPT, "tool-calling"],
    ["the singular of the team's placeholder", "{{tool_descriptions}} {{managed_agents_description}}", "tool-calling"],
    ["spaces in braces", "{{ tool_descriptions }} {{ managed_agents_descriptions }}", "tool-calling"],
    [
      "all optional ones",
      `${TOOLS_AND_TEAM} {{tool_names}} {{custom_instructions}} {{instructions}} {{authorized_imports}} {{final_answer_type}}`,
      "code",
    ],
  ] as const)("accepts %s", (_name, template, kind) => {
    expect(() => assertTemplate(template, { kind })).not.toThrow();
  });

  it.each([
    [
      "the tools",
      "{{managed_agents_descriptions}}",
      "tool-calling",
      "The system prompt lacks {{tool_descriptions}}: the model must be told of it. Add it where it belongs, for instance so:\nYou can call these tools:\n{{tool_descriptions}}",
    ],
    [
      "the team",
      "{{tool_descriptions}}",
      "tool-calling",
      "The system prompt lacks {{managed_agents_descriptions}}: the model must be told of it. Add it where it belongs, for instance so:\n{{managed_agents_descriptions}}",
    ],
    [
      "the imports",
      TOOLS_AND_TEAM,
      "code",
      "The system prompt lacks {{authorized_imports}}: the model must be told of it. Add it where it belongs, for instance so:\nYou can import only these modules: {{authorized_imports}}",
    ],
    [
      "everything",
      "Be brief.",
      "code",
      "The system prompt lacks {{tool_descriptions}} and {{managed_agents_descriptions}} and {{authorized_imports}}: the model must be told of it. Add it where it belongs, for instance so:\nYou can call these tools:\n{{tool_descriptions}}\n{{managed_agents_descriptions}}\nYou can import only these modules: {{authorized_imports}}",
    ],
    [
      "a known name",
      `${TOOLS_AND_TEAM} {{tools}} {{ team }} {{tools}}`,
      "tool-calling",
      "The system prompt has {{tools}} and {{team}}, which nothing can be put in place of. Known are: {{tool_descriptions}}, {{managed_agents_descriptions}}, {{managed_agents_description}}, {{authorized_imports}}, {{tool_names}}, {{custom_instructions}}, {{instructions}}, {{final_answer_type}}.",
    ],
  ] as const)("refuses a prompt that lacks %s", (_name, template, kind, message) => {
    expect(() => assertTemplate(template, { kind })).toThrow(new ConfigurationError(message));
  });
});
