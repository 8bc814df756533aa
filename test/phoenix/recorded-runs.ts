import { randomUUID } from "node:crypto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import type { GenerateRequest } from "vitrine";
import { instrument, type InstrumentOptions } from "vitrine/instrumentors";
import { RecordedModel } from "../../src/testing/recorded-model.ts";
import { outcomeOf, type Scenario } from "../support/scenarios.ts";
import { phoenixUrl } from "./describe-phoenix.ts";
import { waitForTrace } from "./phoenix-api.ts";

/** A scenario, and how it is traced. */
export interface StoredScenario {
  readonly title: string;
  readonly scenario: Scenario;
  readonly options: InstrumentOptions;
}

/** A scenario that was run, and whose traces Phoenix has. */
export interface SentRun {
  readonly requests: readonly GenerateRequest[];
  readonly outcome: unknown;
  /** In the order of the runs: a conversation has a trace for each. */
  readonly traceIds: readonly string[];
}

/** Runs scenarios, traced, into one project, and waits until Phoenix has all of them. Gives the runs by their titles. */
export async function sendAll(stored: readonly StoredScenario[]): Promise<ReadonlyMap<string, SentRun>> {
  const memory = new InMemorySpanExporter();
  const exporter = new OTLPTraceExporter({
    url: `${phoenixUrl}/v1/traces`,
    headers: { "x-project-name": `recorded-${randomUUID()}` },
  });
  const batches = new BatchSpanProcessor(exporter);
  const provider = new NodeTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(memory), batches],
    spanLimits: { attributeCountLimit: 10_000 },
  });
  const sent = new Map<string, SentRun>();
  const spans = new Map<string, number>();
  for (const { title, scenario, options } of stored) {
    instrument().uninstrument();
    instrument(provider, options);
    const model = scenario.script();
    const outcome = await outcomeOf(scenario.run(model));
    const traceIds = memory.getFinishedSpans().map((span) => span.spanContext().traceId);
    for (const id of traceIds) spans.set(id, (spans.get(id) ?? 0) + 1);
    sent.set(title, { requests: model.requests, outcome, traceIds: [...new Set(traceIds)] });
    memory.reset();
    // Its queue has an end, past which it drops.
    await batches.forceFlush();
  }
  await provider.shutdown();
  for (const [traceId, count] of spans) {
    await waitForTrace({ url: phoenixUrl, traceId, spans: count, timeoutMs: 120_000 });
  }
  return sent;
}

/** Makes one model of what Phoenix has of the traces of a conversation. */
export async function recordedOf(traceIds: readonly string[]): Promise<RecordedModel> {
  const runs: RecordedModel[] = [];
  for (const traceId of traceIds) runs.push(await RecordedModel.fromTrace({ phoenix: phoenixUrl, traceId }));
  return new RecordedModel(runs.flatMap(({ calls }) => calls));
}
