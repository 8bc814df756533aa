import { codeTemplate } from "./code-template.ts";

/**
 * Is the template of the system prompt of a code agent whose model answers with a JSON object, `{ "thought": …, "code": … }`.
 *
 * Source: smolagents prompts/structured_code_agent.yaml.
 */
export const STRUCTURED_CODE_SYSTEM_PROMPT = codeTemplate({
  step: `Thought and code are one JSON object, {"thought": …, "code": …}, with nothing around it:
1. thought: a text that says in a sentence or two what you are going to do, and with which tools.
2. code: a text that is JavaScript. What you will need to know later, print with console.log().`,
  write: ({ thought, code }) => JSON.stringify({ thought, code }),
  rule: 'Always answer with one JSON object that has a "thought" and then a "code", both texts, and write nothing around it, or you fail.',
});
