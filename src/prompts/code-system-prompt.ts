import type { JsonSchema } from "../models/message.ts";
import { codeTemplate } from "./code-template.ts";
import { TEAM_INTRODUCTION } from "./managed-agent.ts";
import { schemaType } from "./schema-type.ts";
import { renderTemplate } from "./template.ts";
import { type DeclaredTool, finalAnswerDeclaration, toolDeclarations } from "./tool-declarations.ts";

/** Holds what a system prompt tells of an agent. */
export interface SystemPromptValues {
  readonly tools: readonly DeclaredTool[];
  readonly managedAgents: readonly DeclaredTool[];
  readonly instructions?: string | undefined;
  /** Names of the modules that the model's code may import. */
  readonly authorizedImports: readonly string[];
  /** What the final answer must be; anything, if absent. */
  readonly outputSchema?: JsonSchema | undefined;
}

/** Is the template of a code agent's default system prompt: text can be added to it, for the `systemPrompt` option. */
export const CODE_SYSTEM_PROMPT = codeTemplate({
  step: `1. Thought: say in a sentence or two what you are going to do, and with which tools.
2. Code: write JavaScript between <code> and </code>. What you will need to know later, print with console.log().`,
  write: ({ thought, code }) => `Thought: ${thought}\n<code>\n${code}\n</code>`,
  rule: 'Always write a "Thought:" and then code between <code> and </code>, or you fail.',
});

const FINAL_ANSWER = "final_answer";

/**
 * Writes the system prompt of a code agent: tools are TypeScript declarations, `finalAnswer` among them.
 *
 * A tool named "final_answer" is shown as `finalAnswer`, its input as the answer: leave the one out that only passes its `answer` on.
 */
export function codeSystemPrompt(values: SystemPromptValues, template: string = CODE_SYSTEM_PROMPT): string {
  const { managedAgents, instructions = "", authorizedImports } = values;
  const tools = values.tools.filter(({ name }) => name !== FINAL_ANSWER);
  const answer = finalAnswerOf(values);
  return renderTemplate(template, {
    tool_descriptions: [toolDeclarations(tools), finalAnswerDeclaration(answer)].filter(Boolean).join("\n\n"),
    managed_agents_descriptions:
      managedAgents.length === 0 ? "" : `${TEAM_INTRODUCTION}\n<team>\n${toolDeclarations(managedAgents)}\n</team>`,
    authorized_imports: authorizedImports.join(", ") || "none",
    tool_names: [...tools.map(({ name }) => name), "finalAnswer"].join(", "),
    custom_instructions: instructions,
    final_answer_type: answer.type,
  });
}

function finalAnswerOf({ tools, outputSchema = {} }: SystemPromptValues): { type: string; description: string } {
  const own = tools.find(({ name }) => name === FINAL_ANSWER);
  if (own) return { type: schemaType(own.inputSchema), description: own.description };
  return {
    type: schemaType(outputSchema),
    description: "Gives the final answer to the task, and ends the work on it.",
  };
}
