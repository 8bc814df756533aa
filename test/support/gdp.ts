import { CodeAgent, type RunOptions, type RunResult, ToolCallingAgent } from "vitrine";
import type { ScriptedModel } from "vitrine/testing";
import { cannedSearchTools, scriptedModel } from "../../examples/support/gdp-script.ts";

const GDP_QUESTION = "If the US keeps its 2024 growth rate, how many years will it take for the GDP to double?";

/** The pair of agents of examples/gdp.ts, with the model that plays both. */
export function gdpAgents(): { readonly manager: CodeAgent; readonly model: ScriptedModel } {
  const model = scriptedModel();
  const searcher = new ToolCallingAgent({
    name: "search_agent",
    description: "This is an agent that can do web search.",
    tools: cannedSearchTools,
    model,
    console: false,
  });
  return { model, manager: new CodeAgent({ model, managedAgents: [searcher], console: false }) };
}

/** Runs the pair, plain or streamed. */
export async function runGdp(way: "plain" | "streamed", options: Omit<RunOptions, "onEvent"> = {}): Promise<RunResult> {
  const { manager } = gdpAgents();
  if (way === "plain") return manager.run(GDP_QUESTION, options);
  const stream = manager.stream(GDP_QUESTION, options);
  for await (const event of stream) if (event.type === "final" && event.agentPath.length === 0) break;
  return stream.result;
}
