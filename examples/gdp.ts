// A code agent that manages a search agent, and the trace of what they did. Run it: npm start, or npm start -- "another question"
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { CodeAgent, ToolCallingAgent } from "vitrine";
import { register } from "vitrine/collector";
import { instrument } from "vitrine/instrumentors";
import { spanTree } from "vitrine/testing";
import { chooseModel } from "./support/choose-model.ts";
import { sayWhereTheTraceWent } from "./support/say-where-the-trace-went.ts";

const question =
  process.argv[2] ?? "If the US keeps its 2024 growth rate, how many years will it take for the GDP to double?";

const spans = new InMemorySpanExporter(); // keeps them for the tree printed below; without it, one line is enough
const collector = register({ spanProcessors: [new SimpleSpanProcessor(spans)] });
instrument(collector);

const { model, searchTools } = chooseModel(process.argv[2]);
const searcher = new ToolCallingAgent({
  name: "search_agent",
  description: "This is an agent that can do web search.",
  tools: searchTools,
  model,
});
const manager = new CodeAgent({ model, managedAgents: [searcher] });

const result = await manager.run(question);

console.log("\nAnswer:", result.output);
console.log();
console.log(spanTree(spans.getFinishedSpans()));
await sayWhereTheTraceWent(collector, spans.getFinishedSpans());
