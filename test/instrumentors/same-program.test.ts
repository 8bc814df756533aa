import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it } from "vitest";
import { type AgentEvent, CodeAgent, tool, ToolCallingAgent } from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { answers, calls, writes } from "../support/replies.ts";

const thrown = new RangeError("too far");
const given = { identity: Symbol("kept") };
const tools = [
  tool({ name: "give", description: "Gives an object.", inputSchema: z.object({}), execute: () => given }),
  tool({ name: "fail", description: "Fails.", inputSchema: z.object({}), execute: async () => Promise.reject(thrown) }),
];

const SCENARIOS: readonly (readonly [
  name: string,
  kind: typeof CodeAgent | typeof ToolCallingAgent,
  replies: readonly ScriptedReply[],
])[] = [
  [
    "tool calls",
    ToolCallingAgent,
    [calls(["give", {}], ["fail", {}]), calls(["nobody", {}]), answers({ deep: [1, null] })],
  ],
  [
    "code",
    CodeAgent,
    [
      writes("console.log(await Promise.allSettled([give({}), fail({})]))"),
      writes("missing()"),
      writes("finalAnswer([1, 2])"),
    ],
  ],
  ["a failing model", ToolCallingAgent, [calls(["give", {}]), thrown]],
  ["a run that comes to its limit", ToolCallingAgent, ["nothing", "nothing", "nothing", "the end"]],
];

afterEach(() => instrument().uninstrument());

describe.each(SCENARIOS)("%s", (_name, Kind, replies) => {
  async function play() {
    const model = new ScriptedModel(replies);
    const agent = new Kind({ model, tools, maxSteps: 3, console: false });
    const events: AgentEvent[] = [];
    const outcome = await agent.run("Go", { onEvent: (event) => events.push(event) }).then(
      ({ output, stopReason, usage }) => ({ output, stopReason, usage }),
      (error: unknown) => ({ error, cause: error instanceof Error ? error.cause : undefined }),
    );
    return {
      outcome,
      requests: model.requests,
      types: events.map(({ type }) => type),
      steps: agent.memory.steps.map(withoutTiming),
    };
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
