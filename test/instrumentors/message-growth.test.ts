import { context, createContextKey } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it } from "vitest";
import { keepRecentSteps, type MemoryToMessages, type Message, tool, ToolCallingAgent } from "vitrine";
import { type InstrumentOptions, instrument } from "vitrine/instrumentors";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { textOf } from "../../src/models/message.ts";
import { answers, calls } from "../support/replies.ts";
import { search } from "../support/scripted-agents.ts";

type Options = Omit<InstrumentOptions, "tracerProvider">;
type Attributes = Readonly<Record<string, unknown>>;

afterEach(() => instrument().uninstrument());

function trace(options: Options, attributeCountLimit = 10_000) {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  const provider = new NodeTracerProvider({ spanProcessors, spanLimits: { attributeCountLimit } });
  instrument(provider, options);
  return {
    provider,
    llm: () => exporter.getFinishedSpans().filter(({ name }) => name === "ScriptedModel.generate"),
  };
}

function longRun(steps: number, memoryToMessages?: MemoryToMessages) {
  const model = new ScriptedModel([
    ...Array.from({ length: steps }, (_, index) => calls(["search", { query: `${index} ${"x".repeat(1000)}` }])),
    answers("done"),
  ]);
  return {
    model,
    agent: new ToolCallingAgent({
      model,
      tools: [search],
      maxSteps: steps + 1,
      console: false,
      ...(memoryToMessages ? { memoryToMessages } : {}),
    }),
  };
}

function indexes(attributes: Attributes): number[] {
  const found = Object.keys(attributes).flatMap(
    (key) => /^llm\.input_messages\.(\d+)\.message\.role$/.exec(key)?.[1] ?? [],
  );
  return found.map(Number).toSorted((left, right) => left - right);
}

/** The text and the calls of one message, as the span shows them. */
function textAt(attributes: Attributes, index: number): string {
  const prefix = `llm.input_messages.${index}.message.`;
  return [`${prefix}content`, `${prefix}tool_calls.0.tool_call.function.arguments`]
    .map((key) => JSON.stringify(attributes[key] ?? ""))
    .join("|");
}

function wanted(message: Message): string {
  const call = message.role === "assistant" ? message.toolCalls[0] : undefined;
  return [textOf(message.content), call ? JSON.stringify(call.arguments) : ""]
    .map((text) => JSON.stringify(text))
    .join("|");
}

interface Note {
  readonly input_messages_total: number;
  readonly input_messages_omitted?: readonly (readonly [number, number])[];
  readonly input_messages_from: readonly {
    readonly first: number;
    readonly last: number;
    readonly span_id: string;
    readonly first_there: number;
  }[];
}

function noteOf(attributes: Attributes): Note {
  return JSON.parse(String(attributes["metadata"]));
}

describe("the messages of a long run", () => {
  it("are all there while there is room", async () => {
    const { llm } = trace({});
    await longRun(3).agent.run("Go");
    expect(llm().map(({ attributes }) => [indexes(attributes), attributes["metadata"]])).toEqual([
      [[0, 1], undefined],
      [[0, 1, 2, 3], undefined],
      [[0, 1, 2, 3, 4, 5], undefined],
      [[0, 1, 2, 3, 4, 5, 6, 7], undefined],
    ]);
  });

  it("are system, task and the newest, under their true indexes, when there is none", async () => {
    const { llm } = trace({});
    await longRun(20).agent.run("Go");
    const last = llm().at(-1)?.attributes ?? {};
    const shown = indexes(last);
    expect([shown.slice(0, 2), shown.at(-1), noteOf(last).input_messages_total]).toEqual([[0, 1], 41, 42]);
    expect(Object.keys(last).filter((key) => key.startsWith("llm.input_messages")).length).toBeLessThanOrEqual(100);
    expect(noteOf(last).input_messages_omitted).toEqual([[2, (shown[2] ?? 0) - 1]]);
  });

  const memoryToMessages = keepRecentSteps({ steps: 2, summarize: false });

  it.each<[name: string, options: Options, memoryToMessages?: MemoryToMessages]>([
    ["budget", { maxSpanBytes: 4000 }],
    ["delta", { messages: "delta" }],
    ["delta, and a memory that is cut short", { messages: "delta" }, memoryToMessages],
    ["full", { messages: "full" }],
  ])("can be found whole from any span, in one hop, with %s", async (_name, options, shortened) => {
    const { llm } = trace(options);
    const { model, agent } = longRun(12, shortened);
    await agent.run("Go");
    const spans = new Map(llm().map((span) => [span.spanContext().spanId, span.attributes]));
    const find = (attributes: Attributes, index: number): string => {
      const from = attributes["metadata"] === undefined ? [] : noteOf(attributes).input_messages_from;
      const source = from.find(({ first, last }) => first <= index && index <= last);
      if (!source) return textAt(attributes, index);
      return textAt(spans.get(source.span_id) ?? {}, source.first_there + index - source.first);
    };
    const found = llm().map(({ attributes }, call) =>
      model.requests[call]?.messages.map((_, index) => find(attributes, index)),
    );
    expect(found).toEqual(model.requests.map(({ messages }) => messages.map(wanted)));
  });

  it("are noted in few ranges, each as much as its span shows", async () => {
    const { llm } = trace({});
    await longRun(120).agent.run("Go");
    const { input_messages_from: from, input_messages_omitted: omitted } = noteOf(llm().at(-1)?.attributes ?? {});
    expect(omitted).toEqual([[from[0]?.first, from.at(-1)?.last]]);
    expect(from.length).toBeLessThan(20);
  });

  it("do not begin with what a tool gave, where the call is left out", async () => {
    const { llm } = trace({});
    await longRun(120).agent.run("Go");
    const oldest = llm().map(({ attributes }) => {
      const index = indexes(attributes).find((each) => each > 1);
      return attributes[`llm.input_messages.${index}.message.role`];
    });
    expect(new Set(oldest.slice(1))).toEqual(new Set(["assistant"]));
  });

  it("keep to the bytes that a span may hold, but for what is new", async () => {
    const { llm } = trace({ maxSpanBytes: 10_000 });
    await longRun(30).agent.run("Go");
    const bytes = llm().map(({ attributes }) =>
      Object.entries(attributes)
        .filter(([key]) => key.startsWith("llm.input_messages"))
        .reduce((sum, [key, value]) => sum + key.length + String(value).length, 0),
    );
    expect(Math.max(...bytes)).toBeLessThan(13_000);
  });

  it("are the new ones only with delta, each in one span", async () => {
    const { llm } = trace({ messages: "delta" });
    await longRun(3).agent.run("Go");
    expect(llm().map(({ attributes }) => indexes(attributes))).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ]);
  });

  it("leave what the caller put into metadata", async () => {
    const { llm, provider } = trace({ messages: "delta" });
    provider.register();
    const key = createContextKey("OpenInference SDK Context Key metadata");
    await context.with(context.active().setValue(key, '{"team":"a"}'), async () => longRun(1).agent.run("Go"));
    expect(llm().map(({ attributes }) => JSON.parse(String(attributes["metadata"])))).toEqual([
      { team: "a" },
      {
        team: "a",
        input_messages_total: 4,
        input_messages_omitted: [[0, 1]],
        input_messages_from: [{ first: 0, last: 1, span_id: llm()[0]?.spanContext().spanId, first_there: 0 }],
      },
    ]);
    context.disable();
  });

  it("are what is lost where a provider allows 128 attributes, the oldest first", async () => {
    const { llm } = trace({ messages: "full" }, 128);
    await longRun(40).agent.run("Go");
    const last = llm().at(-1)?.attributes ?? {};
    expect(last).toMatchObject({
      "llm.token_count.total": 110,
      "output.value": expect.any(String),
      "llm.output_messages.0.message.role": "assistant",
    });
    expect([indexes(last).slice(0, 2), indexes(last).at(-1)]).toEqual([[0, 1], 81]);
  });
});

describe("where a provider allows 128 attributes, and tools take most of them", () => {
  it.each([110, 130])("messages are each whole in one span, with %i tools", async (count) => {
    const { llm } = trace({}, 128);
    const tools = Array.from({ length: count }, (_, index) =>
      tool({ name: `t${index}`, description: "T.", inputSchema: z.object({}), execute: () => `result ${index}` }),
    );
    const model = new ScriptedModel([calls(["t0", {}]), calls(["t1", {}]), answers("done")]);
    await new ToolCallingAgent({ model, tools, console: false }).run("The task.");
    const found = llm().map(({ attributes }) => indexes(attributes));
    expect(found).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    const texts = llm().flatMap(({ attributes }) => Object.values(attributes).map(String));
    expect(texts.filter((text) => text.includes("The task.")).length).toBeGreaterThan(0);
    expect(noteOf(llm()[2]?.attributes ?? {}).input_messages_omitted).toEqual([[0, 3]]);
  });
});

describe("the messages of a call that belongs to no run", () => {
  it("are system, task and the newest when there is no room", async () => {
    const { llm } = trace({});
    const history = Array.from({ length: 100 }, (_, index): Message[] => [
      { role: "user", content: `${index} ${"q".repeat(2000)}` },
      { role: "assistant", content: `${index} ${"a".repeat(2000)}`, toolCalls: [] },
    ]).flat();
    const messages: Message[] = [
      { role: "system", content: "Be brief." },
      ...history,
      { role: "user", content: "And?" },
    ];
    await new ScriptedModel(["Yes."]).generate({ messages });
    const attributes = llm()[0]?.attributes ?? {};
    expect([indexes(attributes).slice(0, 2), indexes(attributes).at(-1)]).toEqual([[0, 1], 201]);
    expect(indexes(attributes).length).toBe(40);
  });
});
