import { describe, expect, it } from "vitest";
import type { GenerateRequest } from "vitrine";
import { instrument, type InstrumentOptions } from "vitrine/instrumentors";
import { RecordedModel } from "../../src/testing/recorded-model.ts";
import { comparable, isTelling, outcomeOf, type Scenario, scenarios } from "../support/scenarios.ts";
import { traceEachTest } from "../support/traces.ts";

const trace = traceEachTest();

const modes: readonly (readonly [name: string, options: InstrumentOptions])[] = [
  ["that hold all messages", { messages: "full" }],
  ["that tell each message once", { messages: "delta" }],
  ["with room for little", { maxSpanBytes: 100 }],
  ["with room for some messages", { maxSpanBytes: 4000 }],
  ["of both conventions, with room for some messages", { semconv: "both", maxSpanBytes: 10_000 }],
];

function requestsOf({ calls }: RecordedModel): GenerateRequest[] {
  return calls.map(({ request }) => request);
}

describe("RecordedModel.fromTrace, of finished spans,", () => {
  it.each(scenarios)("runs $name again, to the same end, with the same requests", async (scenario) => {
    const { script, run, endsAgain } = scenario;
    const model = script();
    const outcome = await outcomeOf(run(model));
    const recorded = await RecordedModel.fromTrace(trace.spans());
    const asked = comparable(model.requests, scenario);
    expect(comparable(requestsOf(recorded), scenario)).toEqual(asked);
    expect(await outcomeOf(run(recorded))).toEqual(endsAgain ?? outcome);
    expect(comparable(recorded.requests, scenario)).toEqual(asked);
  });
});

describe.each(modes)("RecordedModel.fromTrace, of spans %s,", (_mode, options) => {
  it.each(scenarios.filter(isTelling))("rebuilds every request of $name", async (scenario: Scenario) => {
    instrument(undefined, options);
    const model = scenario.script();
    await outcomeOf(scenario.run(model));
    const recorded = await RecordedModel.fromTrace(trace.spans());
    expect(comparable(requestsOf(recorded), scenario)).toEqual(comparable(model.requests, scenario));
  });
});
