import { ScriptedModel } from "vitrine/testing";
import { describe, expect, it } from "vitest";
import { search } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";
import { CountingProcessor } from "./counted-spans.ts";
import { WAYS } from "./ways-to-end.ts";

let counts: CountingProcessor | undefined;
const traces = traceEachTest((exporter) => (counts = new CountingProcessor(exporter)));

describe("every span ends once, with its status set once, at", () => {
  it.each(Object.entries(WAYS))("%s", async (_way, [status, stopReason, play]) => {
    await play().catch(() => {});
    expect(counts?.started).toBeGreaterThan(0);
    expect(counts?.wrong()).toEqual([]);
    expect(traces.spans().length).toBe(counts?.started);
    const root = traces.spans().find((span) => !span.parentSpanContext);
    expect([root?.status.code, root?.attributes["vitrine.stop_reason"]]).toEqual([status, stopReason]);
  });

  it("any end of a model call or of a tool call of its own", async () => {
    const model = new ScriptedModel(["Hi.", new Error("502")]);
    for (let count = 0; count < 2; count++) await model.generate({ messages: [] }).catch(() => {});
    await search.call({ query: "bad" }).catch(() => {});
    await search.call({ query: 1 }).catch(() => {});
    expect([counts?.started, counts?.wrong()]).toEqual([4, []]);
  });
});
