import { describe, expect, it } from "vitest";
import { instrument } from "vitrine/instrumentors";
import { RecordedModel } from "../../src/testing/recorded-model.ts";
import { traceEachTest } from "../support/traces.ts";
import { inOneOrder, outcomeOf, scenarios, storable } from "./scenarios.ts";

const trace = traceEachTest();

describe("RecordedModel.fromTrace, of finished spans,", () => {
  it.each(scenarios)("rebuilds every request of $name", async ({ script, run }) => {
    const model = script();
    await outcomeOf(run(model));
    const recorded = await RecordedModel.fromTrace(trace.spans());
    const requests = recorded.calls.map(({ request }) => request);
    expect(inOneOrder(requests.map(storable))).toEqual(inOneOrder(model.requests.map(storable)));
  });

  it.each(scenarios)("runs $name again, to the same end", async ({ script, run }) => {
    const model = script();
    const outcome = await outcomeOf(run(model));
    const recorded = await RecordedModel.fromTrace(trace.spans());
    expect(await outcomeOf(run(recorded))).toEqual(outcome);
    expect(inOneOrder(recorded.requests)).toEqual(inOneOrder(model.requests));
  });
});

describe("RecordedModel.fromTrace, of spans that do not hold every message,", () => {
  it.each(scenarios)("rebuilds every request of $name, each message told once", async ({ script, run }) => {
    instrument(undefined, { messages: "delta" });
    const model = script();
    await outcomeOf(run(model));
    const { calls } = await RecordedModel.fromTrace(trace.spans());
    const requests = calls.map(({ request }) => request);
    expect(inOneOrder(requests.map(storable))).toEqual(inOneOrder(model.requests.map(storable)));
  });

  it.each(scenarios)("rebuilds every request of $name, with room for little", async ({ script, run }) => {
    instrument(undefined, { messages: "budget", maxSpanBytes: 100 });
    const model = script();
    await outcomeOf(run(model));
    const { calls } = await RecordedModel.fromTrace(trace.spans());
    const requests = calls.map(({ request }) => request);
    expect(inOneOrder(requests.map(storable))).toEqual(inOneOrder(model.requests.map(storable)));
  });
});
