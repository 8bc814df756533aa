import { randomUUID } from "node:crypto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { instrument, type InstrumentOptions } from "vitrine/instrumentors";
import { RecordedModel } from "../../src/testing/recorded-model.ts";
import { inOneOrder, outcomeOf, type Scenario, scenarios, storable } from "../testing/scenarios.ts";
import { describePhoenix, phoenixUrl } from "./describe-phoenix.ts";
import { waitForTrace } from "./phoenix-api.ts";

interface SentRun {
  readonly requests: readonly unknown[];
  readonly outcome: unknown;
  readonly traceId: string;
}

// The second run of a conversation is a trace of its own, which does not hold what was asked in the first.
const whole = scenarios.filter(({ name }) => name !== "a conversation of two runs");
const stored = [
  ...whole.map((scenario) => ({ ...scenario, messages: "budget" as const })),
  ...whole
    .filter(({ name }) => /plans|at the same time|images/.test(name))
    .map((scenario) => ({ ...scenario, name: `${scenario.name}, each message told once`, messages: "delta" as const })),
];

type StoredScenario = Scenario & Pick<InstrumentOptions, "messages">;

describePhoenix("RecordedModel.fromTrace, of a trace in Phoenix,", () => {
  const sent = new Map<string, SentRun>();

  beforeAll(async () => {
    for (const scenario of stored) sent.set(scenario.name, await send(scenario));
  });

  afterAll(() => instrument().uninstrument());

  it.each(stored)("runs $name again, to the same end, with the same requests", async ({ name, run }) => {
    const { requests, outcome, traceId = "" } = sent.get(name) ?? {};
    const recorded = await RecordedModel.fromTrace({ phoenix: phoenixUrl, traceId });
    const rebuilt = recorded.calls.map(({ request }) => storable(request));
    expect(inOneOrder(rebuilt)).toEqual(inOneOrder((requests ?? []).map(storable)));
    expect(await outcomeOf(run(recorded))).toEqual(outcome);
    expect(inOneOrder(recorded.requests)).toEqual(inOneOrder(requests ?? []));
  });

  it("knows what the run was asked", async () => {
    const traceId = sent.get("images, of the task and of a tool")?.traceId ?? "";
    expect((await RecordedModel.fromTrace({ phoenix: `${phoenixUrl}/`, traceId })).task).toBe("What is it?");
  });

  it("says of a trace that is not there that it is not", async () => {
    const traceId = randomUUID().replaceAll("-", "");
    await expect(RecordedModel.fromTrace({ phoenix: phoenixUrl, traceId })).rejects.toThrow(
      `The Phoenix at ${phoenixUrl} has no trace ${traceId}.`,
    );
  });
});

/** Runs a scenario, traced, and waits until Phoenix has all of it. */
async function send({ script, run, messages }: StoredScenario): Promise<SentRun> {
  const memory = new InMemorySpanExporter();
  const exporter = new OTLPTraceExporter({
    url: `${phoenixUrl}/v1/traces`,
    headers: { "x-project-name": `recorded-${randomUUID()}` },
  });
  const provider = new NodeTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(memory), new BatchSpanProcessor(exporter)],
    spanLimits: { attributeCountLimit: 10_000 },
  });
  instrument(provider, { messages });
  const model = script();
  const outcome = await outcomeOf(run(model));
  const spans = memory.getFinishedSpans();
  await provider.shutdown();
  const traceId = spans[0]?.spanContext().traceId ?? "";
  await waitForTrace({ url: phoenixUrl, traceId, spans: spans.length });
  return { requests: model.requests, outcome, traceId };
}
