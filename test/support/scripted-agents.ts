import { CodeAgent, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";

/** Finds what it is asked for, but fails for "bad". */
export const search = tool({
  name: "search",
  description: "Searches.",
  inputSchema: z.object({ query: z.string() }),
  outputSchema: z.string(),
  execute: ({ query }) => {
    if (query === "bad") throw new Error("no network");
    return `Found ${query}`;
  },
});

/** Makes a tool-calling agent that plays a script. */
export function caller(replies: readonly ScriptedReply[], name?: string): ToolCallingAgent {
  return new ToolCallingAgent({
    model: new ScriptedModel(replies),
    tools: [search],
    console: false,
    ...(name === undefined ? {} : { name, description: "Searches the web." }),
  });
}

/** Makes a code agent that plays a script. */
export function coder(replies: readonly ScriptedReply[], managedAgents: readonly ToolCallingAgent[] = []): CodeAgent {
  return new CodeAgent({ model: new ScriptedModel(replies), tools: [search], managedAgents, console: false });
}
