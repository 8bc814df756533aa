import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { describe, expect, it } from "vitest";
import { CodeAgent, type Model, ToolCallingAgent } from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { RecordedModel } from "../../src/testing/recorded-model.ts";
import { truncateMiddle } from "../../src/describe.ts";
import { answers, calls, writes } from "../support/replies.ts";
import { search } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";
import { llmSpan } from "./spans.ts";

const trace = traceEachTest();
const INPUT = "llm.input_messages.";

type Attributes = Readonly<Record<string, unknown>>;

interface PlainSpan {
  readonly name: string;
  readonly attributes: Attributes;
}

/** Runs a manager that plans and its searcher, in many steps. */
async function longRun(): Promise<ScriptedModel> {
  const searches = ["a", "b", "c", "d"].map((query): ScriptedReply => ({
    ...calls(["search", { query }]),
    content: ` ${query}? `,
  }));
  const model = new ScriptedModel([
    "1. Ask the searcher.",
    writes(`globalThis.found = await searcher({ task: "Find it" })`),
    ...searches,
    answers("It is here."),
    writes("found.length"),
    "2. Say it.",
    writes("1"),
    writes("finalAnswer(found)"),
  ]);
  await runOn(model);
  return model;
}

async function runOn(model: Model): Promise<void> {
  const options = { model, tools: [search], console: false };
  const searcher = new ToolCallingAgent({ ...options, name: "searcher", description: "Searches." });
  await new CodeAgent({ ...options, managedAgents: [searcher], planningInterval: 2 }).run("Go");
}

/** Which of the calls are the searcher's. */
const SEARCHES = [2, 7] as const;

interface Limit {
  /** Told the index of a message, and how many there are. */
  readonly isKept: (index: number, total: number) => boolean;
  /** As Phoenix does with indices that are not next to each other. */
  readonly isRenumbered: boolean;
}

/** Leaves messages out as a limit does, and notes where they stand. */
function leaveOut(spans: readonly ReadableSpan[], { isKept, isRenumbered }: Limit): PlainSpan[] {
  const inOrder = spans.toSorted(({ startTime: [left, leftNanos] }, { startTime: [right, rightNanos] }) =>
    left === right ? leftNanos - rightNanos : left - right,
  );
  return inOrder.map((span, order) => {
    const indices = [...messagesOf(span).keys()];
    const kept = indices.filter((index) => isKept(index, indices.length));
    const omitted = indices.filter((index) => !kept.includes(index));
    const rest = Object.entries(span.attributes).filter(([key]) => indexIn(key) === -1);
    const shown = kept.flatMap((index, place) =>
      [...(messagesOf(span)[index] ?? [])].map(([name, value]) => [
        `${INPUT}${isRenumbered ? place : index}.${name}`,
        value,
      ]),
    );
    const note = {
      input_messages_total: indices.length,
      input_messages_omitted: omitted.map((index) => [index, index]),
      input_messages_from: omitted.flatMap((index) => sourceOf(span, { index, earlier: inOrder.slice(0, order) })),
    };
    const metadata = omitted.length === 0 ? [] : [["metadata", isRenumbered ? note : JSON.stringify(note)]];
    return changed(span, Object.fromEntries([...rest, ...shown, ...metadata]));
  });
}

type WrittenMessage = ReadonlyMap<string, unknown>;

function messagesOf({ attributes }: ReadableSpan): WrittenMessage[] {
  const messages: Map<string, unknown>[] = [];
  for (const [key, value] of Object.entries(attributes)) {
    const index = indexIn(key);
    if (index >= 0) (messages[index] ??= new Map()).set(key.slice(`${INPUT}${index}.`.length), value);
  }
  return messages;
}

function sourceOf(span: ReadableSpan, { index, earlier }: { index: number; earlier: readonly ReadableSpan[] }) {
  const text = JSON.stringify([...(messagesOf(span)[index] ?? [])]);
  const places = earlier.flatMap((before) =>
    messagesOf(before).flatMap((message, there) =>
      JSON.stringify([...message]) === text
        ? [{ first: index, last: index, span_id: before.spanContext().spanId, first_there: there }]
        : [],
    ),
  );
  return places.slice(-1);
}

function changed(span: ReadableSpan, attributes: Attributes): PlainSpan {
  const { name, startTime, status, parentSpanContext } = span;
  return Object.assign(
    { name, attributes },
    { startTime, status, parentSpanContext, spanId: span.spanContext().spanId },
  );
}

function indexIn(key: string): number {
  return Number(/^llm\.input_messages\.(\d+)\./.exec(key)?.[1] ?? -1);
}

const isAtTheEnds = (index: number, total: number): boolean => index < 2 || index > total - 4;
const isNewest = (index: number, total: number): boolean => index > total - 3;
const isFirstOrLast = (index: number, total: number): boolean => index < 2 || index > total - 2;

describe("a trace of which a limit left messages out", () => {
  it.each([
    ["system, task and the newest are", true, isAtTheEnds],
    ["system, task and the newest are", false, isAtTheEnds],
    ["the newest are", true, isNewest],
    ["the newest are", false, isNewest],
  ])("is made whole from its other spans, where %s kept, renumbered: %s", async (_what, isRenumbered, isKept) => {
    const model = await longRun();
    const { calls: made } = await RecordedModel.fromTrace(leaveOut(trace.spans(), { isKept, isRenumbered }));
    expect(made.slice(...SEARCHES).map(({ request }) => request)).toEqual(model.requests.slice(...SEARCHES));
  });

  it("can be run again also when a message is nowhere: the others tell", async () => {
    const model = await longRun();
    const spans = leaveOut(trace.spans(), { isKept: isFirstOrLast, isRenumbered: true });
    const recorded = await RecordedModel.fromTrace(spans);
    const requests = JSON.stringify(recorded.calls.map(({ request }) => request));
    expect(requests).toContain("[This message is not in the trace.]");
    await runOn(recorded);
    expect(recorded.requests).toEqual(model.requests);
  });

  it("is read also when its notes lead in a circle", async () => {
    const from = { first: 0, last: 0, span_id: "1", first_there: 0 };
    const note = { input_messages_total: 1, input_messages_omitted: [[0, 0]], input_messages_from: [from] };
    const attributes = { ...llmSpan({ "output_messages.0.message.role": "assistant" }).attributes, metadata: note };
    const { calls: made } = await RecordedModel.fromTrace([Object.assign({ name: "a", attributes }, { spanId: "1" })]);
    expect(made[0]?.request.messages).toEqual([{ role: "user", content: "[This message is not in the trace.]" }]);
  });
});

it("makes each call of a long run whole, of which each span shows what is new only", async () => {
  instrument(undefined, { messages: "delta" });
  const model = new ScriptedModel([
    ...Array.from({ length: 60 }, (_, step) => calls(["search", { query: `${step}` }])),
    answers("here"),
  ]);
  await new ToolCallingAgent({ model, tools: [search], maxSteps: 61, console: false }).run("Go");
  const { calls: made } = await RecordedModel.fromTrace(trace.spans());
  expect(made.map(({ request }) => request.messages)).toEqual(model.requests.map(({ messages }) => messages));
});

const isLast = ({ attributes }: ReadableSpan): boolean => `${INPUT}5.message.role` in attributes;

describe("a trace of which a limit cut messages in the middle", () => {
  const long = `${"x".repeat(500)}!${"y".repeat(500)}`;

  async function cutRun(isCut: (span: ReadableSpan) => boolean) {
    const model = new ScriptedModel([
      calls(["search", { query: long }]),
      calls(["search", { query: "z" }]),
      answers("here"),
    ]);
    await new ToolCallingAgent({ model, tools: [search], console: false }).run("Go");
    const recorded = await RecordedModel.fromTrace(
      trace.spans().map((span) => {
        const entries = Object.entries(span.attributes).map(([key, value]) =>
          isCut(span) && indexIn(key) > 1 && typeof value === "string"
            ? [key, truncateMiddle(value, 80)]
            : [key, value],
        );
        const first = trace
          .spans()
          .find(({ attributes }) => `${INPUT}3.message.role` in attributes)
          ?.spanContext().spanId;
        const from = { first: 2, last: 3, span_id: first, first_there: 2 };
        const note = { input_messages_total: 6, input_messages_cut: [[2, 3]], input_messages_from: [from] };
        return changed(
          span,
          Object.fromEntries([...entries, ...(isLast(span) ? [["metadata", JSON.stringify(note)]] : [])]),
        );
      }),
    );
    return { model, recorded };
  }

  it("is made whole from the span that holds them whole", async () => {
    const { model, recorded } = await cutRun(isLast);
    expect(recorded.calls.map(({ request }) => request)).toEqual(model.requests);
  });

  it("can be run again also when they are whole nowhere: head and tail tell", async () => {
    const { model, recorded } = await cutRun(() => true);
    expect(recorded.calls[1]?.request.messages[3]?.content).toContain("characters were cut out here");
    await new ToolCallingAgent({ model: recorded, tools: [search], console: false }).run("Go");
    expect(recorded.requests).toEqual(model.requests);
  });
});
