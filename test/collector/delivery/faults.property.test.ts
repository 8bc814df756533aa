import { setImmediate } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { type SinkAnswer, startFaultySink } from "../../support/faulty-sink.ts";
import { holdTime, startSpoolProvider } from "../../support/spool-provider.ts";

const FAULTS: readonly SinkAnswer[] = [
  { status: 500 },
  { status: 503 },
  { status: 429 },
  { status: 401 },
  { status: 302 },
  { status: 503, isKept: true },
  "reset",
  "keep, then reset",
];

const answer = fc.oneof(fc.constant<SinkAnswer>({ status: 200 }), fc.constantFrom(...FAULTS));
/** Spans end in a moment, good ones and bad ones; then as many answers are given. */
const moment = fc.record({
  spans: fc.array(fc.constantFrom("good", "good", "bad", "large"), { maxLength: 6 }),
  answers: fc.array(answer, { maxLength: 6 }),
  flushes: fc.integer({ min: 0, max: 3 }),
});

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, count) => all + count, 0);

/** Lets time go by, far slower than requests are answered, until something has come to its end; then it gives or throws what that does. */
async function inTime(awaited: Promise<void>): Promise<void> {
  const state = { isDone: false };
  const done = awaited.finally(() => (state.isDone = true));
  // It is awaited below: until then a rejection is no one's.
  done.catch(() => {});
  while (!state.isDone) {
    vi.advanceTimersByTime(100);
    await setImmediate();
  }
  return done;
}

describe("whatever a collector answers, and in whatever order,", () => {
  it("every good span is kept, every bad one is put aside, and the numbers add up", async () => {
    holdTime();
    const sink = await startFaultySink();
    const run = async (moments: readonly { spans: string[]; answers: SinkAnswer[]; flushes: number }[]) => {
      const { end, endLarge, processor, rejected } = startSpoolProvider({ endpoint: sink.url });
      const [from, answers, names]: [number, SinkAnswer[], string[]] = [sink.kept.length, [], []];
      sink.answer = ({ spans }) => {
        const next = answers.shift() ?? { status: 200 };
        const isRefused = spans.some(({ name }) => name.startsWith("bad"));
        return isRefused && typeof next === "object" && next.status === 200 ? { status: 400 } : next;
      };
      for (const { spans, answers: more, flushes } of moments) {
        answers.push(...more);
        for (const span of spans) {
          const name = `${span} ${names.length}`;
          names.push(name);
          if (span === "large") endLarge(name, 350_000);
          else end(name);
        }
        for (let count = 0; count < flushes; count += 1)
          await inTime(processor.forceFlush({ timeoutMs: 500 })).catch(() => {});
      }
      answers.length = 0;
      await inTime(processor.forceFlush({ timeoutMs: 1_000_000_000 }));
      const bad = names.filter((name) => name.startsWith("bad"));
      const kept = new Set(sink.kept.slice(from));
      expect(names.filter((name) => !kept.has(name) && !bad.includes(name))).toEqual([]);
      expect(bad.length === 0 ? 0 : rejected().facts.length).toBe(bad.length);
      const { ended, stored, delivered, waiting, rejected: refused, lastError } = processor.stats();
      expect({ ended, stored, waiting, lastError }).toEqual({
        ended: names.length,
        stored: names.length,
        waiting: 0,
        lastError: undefined,
      });
      expect(sum(refused.byReason)).toBe(bad.length);
      expect(delivered).toBe(names.length - bad.length);
      await inTime(processor.shutdown());
    };
    await fc.assert(fc.asyncProperty(fc.array(moment, { minLength: 1, maxLength: 5 }), run), { numRuns: 40 });
  });
});
