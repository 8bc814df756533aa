const { z } = require("zod");

/**
 * @typedef {object} Packages
 * @property {typeof import("vitrine")} vitrine
 * @property {typeof import("vitrine/testing")} testing
 */

const usage = { inputTokens: 100, outputTokens: 10 };

/**
 * A reply that calls one tool.
 * @param {string} name
 * @param {unknown} input
 */
const call = (name, input) => ({ toolCalls: [{ name, arguments: input }], usage });

/**
 * Runs an agent that manages another, whose tool fails once; `../expected-trace.ts` says what is to be seen of it.
 * @param {Packages} packages
 */
async function runAgents({ vitrine: { tool, ToolCallingAgent }, testing: { ScriptedModel } }) {
  const search = tool({
    name: "search",
    description: "Searches.",
    inputSchema: z.object({ query: z.string() }),
    execute: async ({ query }) => {
      // Whatever carries the context must carry it over this.
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (query === "bad") throw new Error("no network");
      return `Found ${query}`;
    },
  });
  const searcher = new ToolCallingAgent({
    name: "search_agent",
    description: "Searches the web.",
    model: new ScriptedModel(
      [call("search", { query: "bad" }), call("search", { query: "good" }), call("final_answer", { answer: "2.8 %" })],
      { modelId: "searcher" },
    ),
    tools: [search],
    console: false,
  });
  const manager = new ToolCallingAgent({
    model: new ScriptedModel(
      [call("search_agent", { task: "Find the growth." }), call("final_answer", { answer: "25 years" })],
      { modelId: "manager" },
    ),
    managedAgents: [searcher],
    console: false,
  });
  const { output } = await manager.run("How long does it take?");
  if (output !== "25 years") throw new Error(`The run went another way: ${JSON.stringify(output)}`);
}

module.exports = { runAgents };
