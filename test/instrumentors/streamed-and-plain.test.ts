import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it } from "vitest";
import { type Agent, type AgentStream, OpenAIModel, tool, ToolCallingAgent } from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { type FinishedSpan, ScriptedModel, spanTree } from "vitrine/testing";
import { z } from "zod";
import { chatFixture } from "../instrumentors-openai/traced-client.ts";
import { answerBoth, startEndpoint } from "../models/openai-server.ts";
import { runGdp } from "../support/gdp.ts";
import { answers, calls, writes } from "../support/replies.ts";
import { caller, coder, search } from "../support/scripted-agents.ts";

afterEach(() => instrument().uninstrument());

async function traceOf(way: "plain" | "streamed", makeProcessor: (exporter: InMemorySpanExporter) => SpanProcessor) {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [makeProcessor(exporter)] });
  instrument(provider);
  await runGdp(way);
  await provider.forceFlush();
  const spans = exporter.getFinishedSpans();
  return { tree: spanTree(spans), attributes: spans.map(described) };
}

function described({ name, attributes, status }: FinishedSpan) {
  return { name, attributes, status };
}

const simple = (exporter: InMemorySpanExporter): SpanProcessor => new SimpleSpanProcessor(exporter);
const batch = (exporter: InMemorySpanExporter): SpanProcessor => new BatchSpanProcessor(exporter);

/** Runs an agent, plain or streamed, and gives its trace. */
async function traceOfRun(way: "plain" | "streamed", makeAgent: () => Promise<Agent> | Agent) {
  const exporter = new InMemorySpanExporter();
  instrument(new NodeTracerProvider({ spanProcessors: [simple(exporter)] }));
  const agent = await makeAgent();
  const run = way === "plain" ? agent.run("Go") : readToItsEnd(agent.stream("Go"));
  await run.catch(() => {});
  const spans = exporter.getFinishedSpans();
  return { tree: spanTree(spans), spans: spans.map(described).toSorted(byText) };
}

async function readToItsEnd(stream: AgentStream): Promise<unknown> {
  for await (const event of stream) if (event.type === "final" && event.agentPath.length === 0) break;
  return stream.result;
}

/** Calls at once end in whatever order. */
function byText(left: object, right: object): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}

/** An agent whose model is behind a real endpoint, which answers whole or in chunks, as it is asked. */
async function remote(fixture: string): Promise<Agent> {
  const { baseURL } = await startEndpoint(answerBoth(chatFixture(fixture)));
  const model = new OpenAIModel({ modelId: "m", apiKey: "none", baseURL });
  const weather = tool({
    name: "get_weather",
    description: "Tells the weather.",
    inputSchema: z.object({}).loose(),
    execute: () => "rain",
  });
  return new ToolCallingAgent({ model, tools: [weather], maxSteps: 2, console: false });
}

const thought = { ...answers("x"), content: "I know.", reasoning: "It is clear." };
const helper = () => caller([calls(["search", { query: "b" }]), answers("helped")], "helper");
const AGENTS: Readonly<Record<string, () => Promise<Agent> | Agent>> = {
  "calls at once, of which one fails": () =>
    caller([calls(["search", { query: "a" }], ["search", { query: "bad" }]), thought]),
  "code that asks an agent, and fails": () =>
    coder(
      [
        writes(`await Promise.all([helper({ task: "Help." }), search({ query: "a" })]); missing()`),
        writes("finalAnswer(1)"),
      ],
      [helper()],
    ),
  "plans, and too many steps": () => {
    const model = new ScriptedModel(["1. Search.", calls(["search", { query: "a" }]), "I think so."]);
    return new ToolCallingAgent({ model, tools: [search], planningInterval: 2, maxSteps: 1, console: false });
  },
  "an answer that is refused": () =>
    new ToolCallingAgent({
      model: new ScriptedModel([answers("bad"), answers("good")]),
      finalAnswerChecks: [(answer) => answer === "good" || "not good"],
      console: false,
    }),
  "a model that fails": () => caller([calls(["search", { query: "a" }]), new Error("502")]),
  "a real endpoint, of text": () => remote("text"),
  "a real endpoint, of calls in between each other": () => remote("interleaved-calls"),
  "a real endpoint, of reasoning": () => remote("reasoning"),
  "a real endpoint, of a refusal": () => remote("refusal"),
};

describe("a trace", () => {
  it("is equal, tree and attributes, from run() and from stream()", async () => {
    expect(await traceOf("streamed", simple)).toEqual(await traceOf("plain", simple));
  });

  it.each(Object.entries(AGENTS))("is equal from run() and from stream(): %s", async (_what, makeAgent) => {
    const plain = await traceOfRun("plain", makeAgent);
    expect(plain.spans.length).toBeGreaterThan(3);
    expect(await traceOfRun("streamed", makeAgent)).toEqual(plain);
  });

  it("is equal, tree and attributes, through SimpleSpanProcessor and BatchSpanProcessor", async () => {
    expect(await traceOf("plain", batch)).toEqual(await traceOf("plain", simple));
  });
});
