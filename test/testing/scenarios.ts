import { CodeAgent, type ImagePart, type Model, type RunResult, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { cannedSearchTools, scriptedModel } from "../../examples/support/gdp-script.ts";
import { answers, calls, writes } from "../support/replies.ts";
import { search } from "../support/scripted-agents.ts";

/** A run that is made once with a script, and once more with what was recorded of it: the agents are the same, but for their model. */
export interface Scenario {
  readonly name: string;
  readonly script: () => ScriptedModel;
  readonly run: (model: Model) => Promise<RunResult>;
}

const CAR: ImagePart = { type: "image", url: "data:image/png;base64,iVBORw0KGgo=" };
const PHOTO: ImagePart = { type: "image", url: "https://example.org/photo.jpg" };

const draw = tool({
  name: "draw",
  description: "Draws.",
  inputSchema: z.object({}),
  execute: (): ImagePart => ({ ...CAR }),
});

const odd = tool({
  name: "odd",
  description: "Gives what is hard to store.",
  inputSchema: z.object({}),
  execute: () => "a\0b \uD800 c \u2028 é 🦊 \\u0000 \r\n\t",
});

const caller = (model: Model, options: Partial<ConstructorParameters<typeof ToolCallingAgent>[0]> = {}) =>
  new ToolCallingAgent({ model, tools: [search, draw, odd], console: false, ...options });

const coder = (model: Model, options: Partial<ConstructorParameters<typeof CodeAgent>[0]> = {}) =>
  new CodeAgent({ model, tools: [search, draw, odd], console: false, ...options });

const worker = (model: Model) => caller(model, { name: "worker", description: "Works.", provideRunSummary: true });

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

const plays = (replies: readonly ScriptedReply[]) => () => new ScriptedModel(replies);

/** Answers for the one of two workers that asks: they work at the same time. */
const searchesItsTask: ScriptedReply = (request) => {
  const said = JSON.stringify(request.messages);
  const place = said.includes("Find Lima") ? "Lima" : "Oslo";
  return said.includes(`Found ${place}`) ? answers(`${place} is found`) : calls(["search", { query: place }]);
};

/** What must survive a recording, a name each. */
export const scenarios: readonly Scenario[] = [
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
    name: "managed agents that work at the same time",
    script: plays([
      writes(`finalAnswer(await Promise.all(["Find Lima", "Find Oslo"].map((task) => worker({ task }))))`),
      ...Array.from({ length: 4 }, () => searchesItsTask),
    ]),
    run: async (model) => coder(model, { managedAgents: [worker(model)] }).run("Go"),
  },
  {
    name: "a tool-calling agent that plans",
    script: plays([
      "1. Search.<end_plan>",
      calls(["search", { query: "a" }]),
      calls(["search", { query: "b" }]),
      "2. Answer.",
      answers("done"),
    ]),
    run: async (model) => caller(model, { planningInterval: 2 }).run("Go"),
  },
  {
    name: "images, of the task and of a tool",
    script: plays([writes("await draw({})"), writes("await draw({})"), writes("finalAnswer(image_1)")]),
    run: async (model) => coder(model).run("What is it?", { images: [PHOTO] }),
  },
  {
    name: "a failed tool, calls at once, and the ids of them",
    script: plays([
      calls(["search", { query: "bad" }], ["search", { query: "x" }], ["draw", {}]),
      { toolCalls: [{ id: "", name: "search", arguments: { query: "y" } }] },
      answers({ a: [1, null] }),
    ]),
    run: async (model) => caller(model).run("Go"),
  },
  {
    name: "mistakes of the model",
    script: plays([
      "I call nothing.",
      calls(["serch", { query: "x" }]),
      calls(["search", "no JSON {"]),
      calls(["search", { wrong: 1 }]),
      answers(1),
    ]),
    run: async (model) => caller(model).run("Go"),
  },
  {
    name: "code that fails, and texts that are hard to store",
    script: plays([
      writes("nothing.at.all"),
      writes("console.log(await odd({})); await odd({})"),
      writes("finalAnswer(2)"),
    ]),
    run: async (model) => coder(model).run("Tell\u0000 me \uDC00"),
  },
  {
    name: "reasoning and structured outputs",
    script: plays([
      { content: '{"thought": "I look.", "code": "await search({ query: 1 })"}', reasoning: "Let me see.\n\nSo." },
      { content: '{"thought": "Now.", "code": "finalAnswer(3)"}', finishReason: "stop" },
    ]),
    run: async (model) => coder(model, { useStructuredOutputs: true }).run("Go", { additionalArgs: { n: 1 } }),
  },
  {
    name: "a run that its limit ends",
    script: plays([
      calls(["search", { query: "a" }]),
      { content: "All I know.", usage: { inputTokens: 5, outputTokens: 5 } },
    ]),
    run: async (model) => caller(model, { maxSteps: 1 }).run("Go"),
  },
  {
    name: "a conversation of two runs",
    script: plays([answers("first"), calls(["search", { query: "b" }]), answers("second")]),
    run: async (model) => {
      const agent = caller(model);
      await agent.run("Go");
      return agent.run("Go on", { reset: false });
    },
  },
  {
    name: "a model that fails for good",
    script: plays([calls(["search", { query: "a" }]), new Error("out of order")]),
    run: async (model) => caller(model).run("Go"),
  },
];

/** What came of a run, so far as it does not depend on the clock. */
export async function outcomeOf(run: Promise<RunResult>): Promise<unknown> {
  try {
    const { output, stopReason, usage, steps } = await run;
    return { output, stopReason, usage, steps: steps.map(({ type }) => type) };
  } catch (thrown) {
    return { failure: String(thrown) };
  }
}

/** Puts requests in an order of their own: agents that work at the same time ask in any. */
export function inOneOrder<Request>(requests: readonly Request[]): Request[] {
  return requests.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}

/** A request, less what no backend can store: an exporter may replace NUL and lone surrogates as it likes. */
export function storable(request: unknown): unknown {
  return JSON.parse(JSON.stringify(request), (_key, value: unknown) =>
    typeof value === "string" ? value.replaceAll(/[\0␀\uFFFD\p{Surrogate}]/gu, "?") : value,
  );
}
