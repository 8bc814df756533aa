import { describe, expect, it } from "vitest";
import { runGdp } from "../support/gdp.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();
const toMicroseconds = ([seconds, nanoseconds]: readonly [number, number]): number => seconds * 1e6 + nanoseconds / 1e3;

describe("the times of spans", () => {
  it("put no child outside its parent, to the microsecond", async () => {
    await runGdp("plain");
    const byId = new Map(traces.spans().map((span) => [span.spanContext().spanId, span]));
    const outside = traces.spans().filter((span) => {
      const parent = byId.get(span.parentSpanContext?.spanId ?? "");
      if (!parent) return false;
      const isEarly = toMicroseconds(span.startTime) < toMicroseconds(parent.startTime);
      return isEarly || toMicroseconds(span.endTime) > toMicroseconds(parent.endTime);
    });
    expect(outside.map(({ name }) => name)).toEqual([]);
  });

  it("put the tool call of a step after the model call that asked for it", async () => {
    await runGdp("plain");
    const [, , model] = traces.spans().filter(({ name }) => name === "ScriptedModel.generate");
    const visit = traces.span("visit_webpage");
    expect(toMicroseconds(visit.startTime)).toBeGreaterThanOrEqual(toMicroseconds(model?.endTime ?? [0, 0]));
  });

  it("have fractions of a millisecond", async () => {
    await runGdp("plain");
    const fractions = traces.spans().map(({ startTime }) => startTime[1] % 1e6);
    expect(fractions.some((fraction) => fraction !== 0)).toBe(true);
  });

  it("are those of the wall clock", async () => {
    const before = Date.now();
    await runGdp("plain");
    const after = Date.now();
    const { startTime, endTime } = traces.span("CodeAgent.run");
    expect(toMicroseconds(startTime) / 1e3).toBeGreaterThan(before - 51);
    expect(toMicroseconds(endTime) / 1e3).toBeLessThan(after + 51);
  });
});
