import type { SystemPromptValues } from "./code-system-prompt.ts";
import { TEAM_INTRODUCTION } from "./team.ts";

/** Writes the system prompt of a tool-calling agent. Source: smolagents prompts/toolcalling_agent.yaml. */
export function toolCallingSystemPrompt({ tools, managedAgents, instructions }: SystemPromptValues): string {
  return [
    ROLE,
    EXAMPLES,
    `Those tools were notional, just to show the way. What you can really call:\n${list(tools)}`,
    managedAgents.length === 0 ? [] : `${TEAM_INTRODUCTION}\n${list(managedAgents)}`,
    instructions ?? [],
    RULES,
    "Now begin!",
  ]
    .flat()
    .join("\n\n");
}

function list(tools: SystemPromptValues["tools"]): string {
  return tools
    .map(({ name, description, inputSchema }) => {
      const inputs = JSON.stringify(inputSchema["properties"] ?? {});
      return `- ${name}: ${description}\n    Takes inputs: ${inputs}`;
    })
    .join("\n");
}

const ROLE = `You are an expert assistant who solves any task with tool calls. You are given a task, and tools that you can call.
A call's result comes back to you as an observation: it may be a piece of information, or the name of a value that you can pass on to another call.
You can take many steps. To end the task, call the tool "final_answer" with your answer: that is the only way to complete it.`;

const EXAMPLES = `Here is an example with notional tools:
---
Task: "Which city has the highest population: Guangzhou or Shanghai?"

Call: search with {"query": "Population Guangzhou"}
Observation: "Guangzhou has a population of 15 million inhabitants as of 2021."

Call: search with {"query": "Population Shanghai"}
Observation: "26 million (2019)"

Call: final_answer with {"answer": "Shanghai"}
---`;

const RULES = `Rules that you always follow:
1. Every step is at least one tool call, or you fail.
2. Use the right arguments: values, not the names of variables of yours.
3. Call a tool only when you need it: if you know the answer, give it with "final_answer".
4. Calls that do not depend on each other belong in one step; "final_answer" stands alone in its step.
5. Never make a call again with exactly the arguments that you have already used.`;
