import { finalAnswer } from "../tools/final-answer.ts";
import type { Tool } from "../tools/tool.ts";
import type { AgentOptions } from "./agent-options.ts";

/** Gives all tools of an agent: its own, those that `addBaseTools` adds, `final_answer`. One of the user's stands for one of ours of the same name. */
export function agentTools(options: AgentOptions, baseTools: () => readonly Tool[]): readonly Tool[] {
  const { tools = [], managedAgents = [], addBaseTools = false, outputSchema } = options;
  const taken = new Set([...tools, ...managedAgents].map(({ name }) => name));
  const ours = [...(addBaseTools ? baseTools() : []), finalAnswer(outputSchema)];
  return [...tools, ...ours.filter(({ name }) => !taken.has(name))];
}
