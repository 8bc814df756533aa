import type { JsonSchema } from "../models/message.ts";
import type { SystemPromptValues } from "./code-system-prompt.ts";
import { TEAM_INTRODUCTION } from "./managed-agent.ts";
import { schemaType } from "./schema-type.ts";
import { renderTemplate } from "./template.ts";
import type { DeclaredTool } from "./tool-declarations.ts";

/**
 * Is the template of a tool-calling agent's default system prompt: text can be added to it, for the `systemPrompt` option.
 *
 * Source: smolagents prompts/toolcalling_agent.yaml.
 */
export const TOOL_CALLING_SYSTEM_PROMPT = `You are an expert assistant who solves any task with tool calls. You are given a task, and tools that you can call.
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
{{tool_descriptions}}

{{managed_agents_descriptions}}

Rules that you always follow:
1. Every step is at least one tool call, or you fail.
2. Use the right arguments, by name: values, not the names of variables of yours. The name of a value that an observation gave you stands for that value.
3. Call a tool only when you need it: if you know the answer, give it with "final_answer".
4. Calls that do not depend on each other belong in one step; "final_answer" stands alone in its step.
5. Never make a call again with exactly the arguments that you have already used.
6. Do not give up: you are in charge of solving the task, not of telling others how to solve it.

{{custom_instructions}}

Now begin!`;

/** Writes the system prompt of a tool-calling agent: tools are a list, with the JSON Schemas of their inputs. */
export function toolCallingSystemPrompt(
  values: SystemPromptValues,
  template: string = TOOL_CALLING_SYSTEM_PROMPT,
): string {
  const { tools, managedAgents, instructions = "", authorizedImports, outputSchema = {} } = values;
  return renderTemplate(template, {
    tool_descriptions: tools.map(item).join("\n"),
    managed_agents_descriptions:
      managedAgents.length === 0 ? "" : `${TEAM_INTRODUCTION}\n${managedAgents.map(item).join("\n")}`,
    authorized_imports: authorizedImports.join(", ") || "none",
    tool_names: tools.map(({ name }) => name).join(", "),
    custom_instructions: instructions,
    final_answer_type: schemaType(outputSchema),
  });
}

function item({ name, description, inputSchema, outputSchema }: DeclaredTool): string {
  return [
    `- ${name}: ${description}`,
    `    Takes inputs: ${inputs(inputSchema)}`,
    ...(outputSchema ? [`    Gives an output of type: ${schemaType(outputSchema)}`] : []),
  ].join("\n");
}

/** The properties say it all, unless some may be left out, or the schema is not one of properties alone. */
function inputs(schema: JsonSchema): string {
  const { properties = {}, required = [], type: _type, additionalProperties: _closed, ...others } = schema;
  if (Object.keys(others).length > 0) return JSON.stringify(schema);
  const text = JSON.stringify(properties);
  const names = typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
  const optional = names.filter((name) => !Array.isArray(required) || !required.includes(name));
  return optional.length === 0 ? text : `${text} (may be left out: ${optional.join(", ")})`;
}
