import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it } from "vitest";
import { type Agent, type AgentEvent, CodeAgent, tool, ToolCallingAgent } from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { gdpAgents } from "../support/gdp.ts";
import { answers, calls, writes } from "../support/replies.ts";

interface Scene {
  readonly agent: Agent;
  readonly model: ScriptedModel;
  readonly signal?: AbortSignal;
}

const thrown = new RangeError("too far");
const given = { identity: Symbol("kept") };
const tools = [
  tool({ name: "give", description: "Gives an object.", inputSchema: z.object({}), execute: () => given }),
  tool({ name: "fail", description: "Fails.", inputSchema: z.object({}), execute: async () => Promise.reject(thrown) }),
];

function scene(Kind: typeof CodeAgent | typeof ToolCallingAgent, replies: readonly ScriptedReply[]): Scene {
  const model = new ScriptedModel(replies);
  return { model, agent: new Kind({ model, tools, maxSteps: 3, console: false }) };
}

const SCENES: Readonly<Record<string, () => Scene>> = {
  "tool calls": () =>
    scene(ToolCallingAgent, [calls(["give", {}], ["fail", {}]), calls(["nobody", {}]), answers({ deep: [1, null] })]),
  code: () =>
    scene(CodeAgent, [
      writes("console.log(await Promise.allSettled([give({}), fail({})]))"),
      writes("missing()"),
      writes("finalAnswer([1, 2])"),
    ]),
  "a failing model": () => scene(ToolCallingAgent, [calls(["give", {}]), thrown]),
  "a run that comes to its limit": () => scene(ToolCallingAgent, ["nothing", "nothing", "nothing", "the end"]),
  "a managed agent": () => {
    const { manager: agent, model } = gdpAgents();
    return { agent, model };
  },
  "an abort in a model call": () => {
    const abort = new AbortController();
    const hanging: ScriptedReply = async () => {
      abort.abort("enough");
      return new Promise<string>(() => {});
    };
    return { ...scene(ToolCallingAgent, [calls(["give", {}]), hanging]), signal: abort.signal };
  },
};

afterEach(() => instrument().uninstrument());

describe.each(Object.entries(SCENES))("%s", (_name, makeScene) => {
  async function play() {
    const { agent, model, signal } = makeScene();
    const events: AgentEvent[] = [];
    const onEvent = (event: AgentEvent): void => void events.push(event);
    const outcome = await agent.run("Go", { onEvent, ...(signal ? { signal } : {}) }).then(
      ({ output, stopReason, usage }) => ({ output, stopReason, usage }),
      (error: unknown) => ({ error: String(error), cause: error instanceof Error ? String(error.cause) : undefined }),
    );
    const steps = agent.memory.steps.map(withoutTiming);
    return { outcome, steps, requests: model.requests, types: events.map(({ type }) => type) };
  }

  it("has equal results, errors, events, memory and model requests, traced or not", async () => {
    const untraced = await play();
    const exporter = new InMemorySpanExporter();
    instrument(new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    const traced = await play();
    expect(exporter.getFinishedSpans().length).toBeGreaterThan(0);
    expect(withoutTiming(traced)).toEqual(withoutTiming(untraced));
  });
});

it("hands on the very object that a tool gives, and the very error that it throws", async () => {
  instrument(new NodeTracerProvider());
  expect(await tools[0]?.call({})).toBe(given);
  expect(await tools[1]?.call({}).catch((error: Error) => error.cause)).toBe(thrown);
});

function withoutTiming(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, member: unknown) => (key === "timing" ? undefined : member)));
}
