// A code agent that manages a search agent, and the trace of what they did. Run it: npm start, or npm start -- "another question"
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { CodeAgent, ToolCallingAgent, visitWebpage, webSearch } from "vitrine";
import { register } from "vitrine/collector";
import { instrument } from "vitrine/instrumentors";
import { spanTree } from "vitrine/testing";
import { chooseModel } from "./support/choose-model.ts";
import { cannedSearchTools, scriptedModel } from "./support/gdp-script.ts";
import { sayWhatCameOut } from "./support/say-what-came-out.ts";
import { sayWhereTheTraceWent } from "./support/say-where-the-trace-went.ts";

const question =
  process.argv[2] ?? "If the US keeps its 2024 growth rate, how many years will it take for the GDP to double?";

const spans = new InMemorySpanExporter(); // keeps them for the tree printed below; without it, one line is enough
const collector = register({ spanProcessors: [new SimpleSpanProcessor(spans)] });
instrument(collector);

const { model, isReal } = chooseModel(scriptedModel(), { otherQuestion: process.argv[2] });
const searcher = new ToolCallingAgent({
  name: "search_agent",
  description: "This is an agent that can do web search.",
  tools: isReal ? [webSearch(), visitWebpage()] : cannedSearchTools,
  model,
  maxSteps: 6,
});
const manager = new CodeAgent({ model, managedAgents: [searcher], maxSteps: 6 });

export const result = await sayWhatCameOut(manager.run(question));

console.log();
console.log(spanTree(spans.getFinishedSpans()));
await sayWhereTheTraceWent(collector, spans.getFinishedSpans());
