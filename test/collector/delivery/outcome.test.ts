import * as fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { backOffMs } from "../../../src/collector/delivery/back-off.ts";
import { outcomeOf, outcomeOfFailure, retryAfterMs } from "../../../src/collector/delivery/outcome.ts";

const answer = (status: number, body = "", headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: Buffer.from(body),
});

describe("outcomeOf", () => {
  it.each([200, 202, 204, 299])("takes a %i for delivered", (status) => {
    expect(outcomeOf(answer(status))).toEqual({ type: "delivered" });
  });

  it("costs no span, whatever number comes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), (status) => {
        const { type } = outcomeOf(answer(status));
        expect(type === "delivered").toBe(status >= 200 && status < 300);
      }),
    );
  });

  it("keeps reasons to one line that can be read", () => {
    const outcome = outcomeOf(answer(503, `busy\n\u001B[31mred\u0000 ${"x".repeat(2_000)}`));
    expect(outcome).toMatchObject({ reason: expect.stringMatching(/^503: busy \[31mred x{400,500}$/) });
  });

  it("says the code of a failure that has no message", () => {
    const error = Object.assign(new AggregateError([]), { code: "ECONNREFUSED" });
    expect(outcomeOfFailure(error)).toMatchObject({ type: "retry", reason: "ECONNREFUSED", isOutage: true });
  });
});

describe("retryAfterMs", () => {
  it.each([
    ["nothing", undefined, undefined],
    ["an empty text", "", undefined],
    ["words", "soon", undefined],
    ["seconds", "120", 120_000],
    ["zero", "0", 0],
    ["the first of several", ["5", "60"], 5_000],
    ["a date", "Wed, 01 Jan 2025 00:02:00 GMT", 120_000],
    ["a date that is over", "Tue, 31 Dec 2024 00:00:00 GMT", 0],
    ["more than a timer can wait for", "99999999", 86_400_000],
    ["a date of another century", "Wed, 01 Jan 2125 00:00:00 GMT", 86_400_000],
  ])("reads %s", (_, header, expected) => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2025, 0, 1) });
    onTestFinished(() => void vi.useRealTimers());
    expect(retryAfterMs(header)).toBe(expected);
  });
});

describe("backOffMs", () => {
  it("lies between half of the full wait and all of it, by chance, however often it failed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.boolean(), (failures, slow) => {
        const [first, longest] = slow ? [10_000, 300_000] : [500, 30_000];
        const full = Math.min(longest, first * 2 ** (failures - 1));
        const wait = backOffMs(failures, { slow });
        expect(wait).toBeGreaterThanOrEqual(full / 2);
        expect(wait).toBeLessThanOrEqual(full);
      }),
    );
  });

  it("is not the same for everybody", () => {
    const waits = Array.from({ length: 20 }, () => backOffMs(3, { slow: false }));
    expect(new Set(waits).size).toBeGreaterThan(1);
  });

  it("is never shorter than what the destination asked for", () => {
    expect(backOffMs(1, { slow: true, afterMs: 3_600_000 })).toBe(3_600_000);
  });
});
