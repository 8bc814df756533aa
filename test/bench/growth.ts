import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { tool, ToolCallingAgent } from "vitrine";
import { type InstrumentOptions, instrument } from "vitrine/instrumentors";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { startSink } from "./sink.ts";
import { table } from "./statistics.ts";

const STEPS = 400;
const MESSAGE = "It is written here what the tool has found, in words. ".repeat(20).slice(0, 1000);
const MAX_MEGABYTES = 15;
const MAX_CPU_SECONDS = 1;
const MAX_STALL_MS = 20;
/** The best of so many runs counts: the rest is what else the machine does. */
const ROUNDS = 5;

interface Cost {
  readonly cpuSeconds: number;
  readonly stallMs: number;
}

// The first run warms the machine up, for all ways alike.
await costOf(run);
const plain = await bestCostOf(run);
const rows = [];
for (const messages of ["budget", "delta", "full"] as const) rows.push(await measure(messages));
process.stdout.write(
  `${table([
    ["messages", "MB exported", "largest span, KB", "CPU added, s", "CPU of the stock export, s", "longest stall, ms"],
    ...rows.map(({ messages, megabytes, largestKb, added, exported, stallMs }) => [
      messages,
      ...[megabytes, largestKb, added, exported, stallMs].map((value) => value.toFixed(2)),
    ]),
  ])}\nnot traced: ${plain.cpuSeconds.toFixed(2)} s, longest stall ${plain.stallMs.toFixed(1)} ms\n`,
);
const budget = rows[0];
const isKept =
  budget &&
  budget.megabytes < MAX_MEGABYTES &&
  budget.added + budget.exported < MAX_CPU_SECONDS &&
  // A machine that does other things as well stops by itself.
  budget.stallMs - plain.stallMs < MAX_STALL_MS;
if (!isKept) {
  process.stdout.write(
    `Not kept: a run of ${STEPS} steps exports less than ${MAX_MEGABYTES} MB, takes less than ${MAX_CPU_SECONDS} s of CPU for it, and stops the event loop for less than ${MAX_STALL_MS} ms more than one that is not traced.\n`,
  );
  process.exitCode = 1;
}

/** Traces a run into memory, then sends the spans: the stock exporter's stalls are its own. */
async function measure(messages: NonNullable<InstrumentOptions["messages"]>) {
  const memory = new InMemorySpanExporter();
  const spanLimits = { attributeCountLimit: 10_000 };
  instrument(new NodeTracerProvider({ spanLimits, spanProcessors: [new SimpleSpanProcessor(memory)] }), { messages });
  const { cpuSeconds, stallMs } = await bestCostOf(async () => {
    memory.reset();
    await run();
  });
  instrument().uninstrument();
  const spans = memory.getFinishedSpans();
  const sizes = spans.map(({ attributes }) => JSON.stringify(attributes).length);
  const sink = await startSink();
  const exporting = await costOf(async () => {
    const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url: sink.url }), {
      maxExportBatchSize: 64,
      maxQueueSize: 10_000,
    });
    for (const span of spans) processor.onEnd(span);
    await processor.shutdown();
  });
  sink.close();
  return {
    messages,
    megabytes: sink.bytes() / 1e6,
    largestKb: Math.max(...sizes) / 1000,
    added: cpuSeconds - plain.cpuSeconds,
    exported: exporting.cpuSeconds,
    stallMs,
  };
}

/** A step is a message of 1 KB from the model, a call, and 1 KB from the tool. */
async function run(): Promise<void> {
  const look = tool({
    name: "look",
    description: "Looks something up.",
    inputSchema: z.object({ page: z.number() }),
    execute: ({ page }) => `${page}: ${MESSAGE}`,
  });
  // Once around the event loop a call, as with a real model; else nothing could be told of stalls.
  const replies = Array.from({ length: STEPS }, (_, page) => async () => {
    await setImmediate();
    return { content: `${page}: ${MESSAGE}`, toolCalls: [{ name: "look", arguments: { page } }] };
  });
  const end = { toolCalls: [{ name: "final_answer", arguments: { answer: "done" } }] };
  const model = new ScriptedModel([...replies, end], { modelId: "scripted" });
  await new ToolCallingAgent({ model, tools: [look], maxSteps: STEPS + 1, console: false }).run("Look.");
}

async function bestCostOf(work: () => Promise<void>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) costs.push(await costOf(work));
  return {
    cpuSeconds: Math.min(...costs.map(({ cpuSeconds }) => cpuSeconds)),
    stallMs: Math.min(...costs.map(({ stallMs }) => stallMs)),
  };
}

async function costOf(work: () => Promise<void>): Promise<Cost> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const before = process.cpuUsage();
  delays.enable();
  await work();
  delays.disable();
  const { user, system } = process.cpuUsage(before);
  return { cpuSeconds: (user + system) / 1e6, stallMs: delays.max / 1e6 };
}
