// The manager of gdp.ts, whose search agent acts by code as well: any kind of agent can manage any other.
// Run it: node --import tsx --conditions=@vitrine/source examples/gdp-code.ts
import { CodeAgent, visitWebpage, webSearch } from "vitrine";
import { chooseModel } from "./support/choose-model.ts";
import { scriptedModel } from "./support/gdp-code-script.ts";
import { cannedSearchTools } from "./support/gdp-script.ts";
import { sayWhatCameOut } from "./support/say-what-came-out.ts";
import { startTracing } from "./support/start-tracing.ts";

const tracing = startTracing();
const { model, isReal } = chooseModel(scriptedModel());
const searcher = new CodeAgent({
  name: "search_agent",
  description: "This is an agent that can do web search.",
  tools: isReal ? [webSearch(), visitWebpage()] : cannedSearchTools,
  model,
  maxSteps: 6,
});
const manager = new CodeAgent({ model, managedAgents: [searcher], maxSteps: 6 });

export const result = await sayWhatCameOut(
  manager.run("If the US keeps its 2024 growth rate, how many years will it take for the GDP to double?"),
);
await tracing.end();
