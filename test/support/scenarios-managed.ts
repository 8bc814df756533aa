import { CodeAgent, type Model, ToolCallingAgent } from "vitrine";
import type { ScriptedReply } from "vitrine/testing";
import { cannedSearchTools, scriptedModel } from "../../examples/support/gdp-script.ts";
import { answers, calls, writes } from "./replies.ts";
import { callerOf, coderOf, plays, type Scenario, workerOf } from "./scenarios-shared.ts";

const GDP_QUESTION = "If the US keeps its 2024 growth rate, how many years will it take for the GDP to double?";

/** The pair of agents of examples/gdp.ts. */
function gdpManager(model: Model): CodeAgent {
  const searcher = new ToolCallingAgent({
    name: "search_agent",
    description: "This is an agent that can do web search.",
    tools: cannedSearchTools,
    model,
    console: false,
  });
  return new CodeAgent({ model, managedAgents: [searcher], console: false });
}

/** Answers for the one of two workers that asks: they work at the same time. */
const searchesItsTask: ScriptedReply = (request) => {
  const said = JSON.stringify(request.messages);
  const place = said.includes("Find Lima") ? "Lima" : "Oslo";
  return said.includes(`Found ${place}`) ? answers(`${place} is found`) : calls(["search", { query: place }]);
};

const bothPlaces = Array.from({ length: 4 }, () => searchesItsTask);

/** Runs of agents that manage others. */
export const managedScenarios: readonly Scenario[] = [
  { name: "the GDP manager", script: scriptedModel, run: async (model) => gdpManager(model).run(GDP_QUESTION) },
  {
    name: "the GDP manager, streamed",
    script: scriptedModel,
    run: async (model) => {
      const stream = gdpManager(model).stream(GDP_QUESTION);
      for await (const event of stream) if (event.type === "final" && event.agentPath.length === 0) break;
      return stream.result;
    },
  },
  {
    name: "managed agents that code lets work at the same time",
    isParallel: true,
    script: plays(
      writes(`finalAnswer(await Promise.all(["Find Lima", "Find Oslo"].map((task) => worker({ task }))))`),
      ...bothPlaces,
    ),
    run: async (model) => coderOf(model, { managedAgents: [workerOf(model, { provideRunSummary: true })] }).run("Go"),
  },
  {
    name: "managed agents that are called at the same time",
    isParallel: true,
    script: plays(
      calls(["worker", { task: "Find Lima" }], ["worker", { task: "Find Oslo" }]),
      ...bothPlaces,
      answers("both"),
    ),
    run: async (model) => callerOf(model, { managedAgents: [workerOf(model)] }).run("Go"),
  },
  {
    name: "a managed agent of a managed agent, with arguments and a plan",
    script: plays(
      calls(["lead", { task: "Find it", additional_args: { n: 7, list: ["a"] } }]),
      "1. Let it be searched.",
      writes("globalThis.report = await worker({ task: `Find ${n}` })"),
      calls(["search", { query: "7" }]),
      answers("seven"),
      writes("finalAnswer(report)"),
      answers("All is found."),
    ),
    run: async (model) => {
      const team = { name: "lead", description: "Leads.", managedAgents: [workerOf(model)], planningInterval: 3 };
      return callerOf(model, { managedAgents: [coderOf(model, team)] }).run("Go");
    },
  },
  {
    name: "a managed agent that keeps its memory, fails, and reaches its limit",
    script: plays(
      calls(["worker", { task: "First" }]),
      answers(1),
      calls(["worker", { tusk: "Second" }]),
      calls(["worker", { task: "Third" }]),
      calls(["search", { query: "bad" }]),
      calls(["search", { query: "a" }]),
      "I could not.",
      answers("enough"),
    ),
    run: async (model) =>
      callerOf(model, { managedAgents: [workerOf(model, { keepMemory: true, maxSteps: 2 })] }).run("Go"),
  },
  {
    name: "a managed agent whose model fails for good",
    script: plays(calls(["worker", { task: "Find it" }]), new Error("out of order"), answers("sorry")),
    run: async (model) => callerOf(model, { managedAgents: [workerOf(model)] }).run("Go"),
  },
];
