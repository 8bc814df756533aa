import { existsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { SpoolSpanProcessor } from "../../../src/collector/spool-span-processor.ts";
import { type SinkAnswer, startFaultySink } from "../../support/faulty-sink.ts";
import { holdTime, stubEnv, temporaryFolder, until } from "../../support/spool-provider.ts";
import { deferred } from "../deferred.ts";
import { decodeRequest } from "../otlp/decode-request.ts";
import { pathOf, spanWith } from "../otlp/small-spans.ts";

/** Of the text of a span. A segment takes a megabyte. */
const BYTES = [200, 40_000, 40_000, 300_000, 600_000, 1_100_000];
const ANSWERS: Readonly<Record<string, SinkAnswer>> = {
  taken: { status: 200 },
  busy: { status: 503 },
  "too large": { status: 413 },
  reset: "reset",
  "kept, then reset": "keep, then reset",
  silent: "hang",
};
/** Far slower than the loop turns. */
const TURN_MS = 100;
/** What takes more turns than these is answered too late. */
const TIMEOUT_MS = 30 * TURN_MS;

/** What a destination does with a request, so many turns of the event loop after it has come. */
interface Answer {
  readonly does: string;
  readonly turns: number;
}

/** Spans end at once, often of more than a segment; then so many turns go by. */
interface Moment {
  readonly sizes: readonly number[];
  /** So many of them wait for their resource until all moments are over. */
  readonly pending: number;
  /** For each destination, its next ones. */
  readonly answers: readonly (readonly Answer[])[];
  readonly turns: number;
}

interface Story {
  readonly moments: readonly Moment[];
  readonly compression: "gzip" | "none";
  readonly started: boolean;
}

const answer: fc.Arbitrary<Answer> = fc.record({
  does: fc.constantFrom("taken", "too large", "too large", ...Object.keys(ANSWERS)),
  turns: fc.nat({ max: 40 }),
});
const answers = fc.array(answer, { maxLength: 4 });
const moment: fc.Arbitrary<Moment> = fc.record({
  sizes: fc.array(fc.constantFrom(...BYTES), { minLength: 1, maxLength: 10 }),
  pending: fc.nat({ max: 3 }),
  answers: fc.tuple(answers, answers),
  turns: fc.nat({ max: 30 }),
});
const story: fc.Arbitrary<Story> = fc.record({
  moments: fc.array(moment, { minLength: 2, maxLength: 8 }),
  compression: fc.constantFrom("gzip", "none"),
  started: fc.boolean(),
});

describe("what is sent as it lies in memory", () => {
  it("is of the span that it is said to be of, every byte, whatever ends, fails and comes late meanwhile", async () => {
    holdTime();
    stubEnv({ OTEL_EXPORTER_OTLP_TIMEOUT: `${TIMEOUT_MS}` });
    // Phoenix gets once more what it took before an outage.
    const sinks = [await startCheckingSink({ "x-phoenix-server-version": "20.3.0" }), await startCheckingSink()];
    const holds = fc.asyncProperty(story, async (told) => {
      const { names, stats, isSetAside } = await live(told, sinks);
      for (const { wrong, kept } of sinks) expect({ wrong, kept: kept() }).toEqual({ wrong: [], kept: new Set(names) });
      const all = { ended: names.length, delivered: names.length, waiting: 0, dropped: { byReason: {} } };
      expect(stats).toMatchObject({ ...all, rejected: { byReason: {} } });
      expect(isSetAside).toBe(false);
    });
    await fc.assert(holds, { seed: 8, numRuns: 12, endOnFailure: true });
  });

  it("is not written over as long as one destination is to get it, though another one has it", async () => {
    const [fast, slow] = [await startCheckingSink(), await startCheckingSink()];
    const { processor, names, end } = startProcessor([fast, slow], { compression: "none" });
    const refusal = deferred<SinkAnswer>();
    slow.next.push(async () => refusal.promise);
    for (let count = 0; count < 4; count += 1) end(200_000);
    const flushed = processor.forceFlush();
    await slow.askedAtLeast(1);
    await until(() => processor.stats().destinations[`${fast.url}/v1/traces`]?.delivered === 4);
    // Of these each begins a segment.
    for (let count = 0; count < 3; count += 1) end(900_000);
    refusal.resolve({ status: 413 });
    await flushed;
    await processor.forceFlush();
    for (const { wrong, kept } of [fast, slow])
      expect({ wrong, kept: kept() }).toEqual({ wrong: [], kept: new Set(names) });
  });

  it("is not written over in memory either, though it is crowded out before the second half of it is sent", async () => {
    stubEnv({ VITRINE_SPOOL: temporaryFolder() });
    const sink = await startCheckingSink();
    const { processor, names, end } = startProcessor([sink], { compression: "none", spool: false });
    const refusal = deferred<SinkAnswer>();
    sink.next.push(async () => refusal.promise);
    for (let count = 0; count < 4; count += 1) end(200_000);
    void processor.forceFlush().catch(() => {});
    await sink.askedAtLeast(1);
    const first = [...names];
    while (processor.stats().dropped.byReason["spool full"] === undefined) end(900_000);
    refusal.resolve({ status: 413 });
    await until(() => first.every(sink.has));
    expect(sink.wrong).toEqual([]);
  });
});

type Sink = Awaited<ReturnType<typeof startCheckingSink>>;

type Means = Pick<Story, "compression"> & { readonly started?: boolean; readonly spool?: false };

/** Gives the names of the spans that ended, and what has become of them. */
async function live({ moments, ...options }: Story, sinks: readonly Sink[]) {
  const { processor, directory, names, end } = startProcessor(sinks, options);
  const found = deferred();
  for (const { sizes, pending, answers: given, turns } of moments) {
    for (const [index, { next }] of sinks.entries()) next.push(...(given[index] ?? []).map(asAnswered));
    for (const [index, size] of sizes.entries()) end(size, index < pending ? found.promise : undefined);
    void processor.forceFlush({ timeoutMs: TIMEOUT_MS }).catch(() => {});
    for (let turn = 0; turn < turns; turn += 1) await pass();
  }
  found.resolve();
  for (const { next } of sinks) next.length = 0;
  // What Phoenix gets once more waits when the rest is taken.
  while (processor.stats().waiting > 0) await inTime(processor.forceFlush({ timeoutMs: 1_000_000_000 }));
  return { names, stats: processor.stats(), isSetAside: existsSync(join(directory, "rejected")) };
}

/** Starts a processor; `end` ends a span of a size, with a promise one whose resource is known when that settles. */
function startProcessor(sinks: readonly Sink[], { compression, started = false, spool }: Means) {
  const directory = temporaryFolder();
  const destinations = sinks.map(({ url }) => ({ endpoint: url, compression }));
  const processor = new SpoolSpanProcessor({ destinations, spool: spool ?? { directory, started }, quiet: true });
  onTestFinished(async () => {
    vi.useRealTimers();
    await processor.shutdown({ timeoutMs: 1 });
  });
  const names: string[] = [];
  const end = (size: number, found?: Promise<void>) => {
    const spanId = (names.length + 1).toString(16).padStart(16, "0");
    const name = `${spanId}/${size}`;
    names.push(name);
    const span = {
      ...spanWith({ name, attributes: { text: textOf(name) } }),
      spanContext: () => ({ traceId: spanId.repeat(2), spanId, traceFlags: 1 }),
      resource: {
        attributes: {},
        asyncAttributesPending: found !== undefined,
        waitForAsyncAttributes: async () => found,
      },
    };
    processor.onStart(span);
    processor.onEnd(span);
  };
  return { processor, directory, names, end };
}

/** Is full of the name, up to the size in it. */
function textOf(name: string): string {
  return `${name} `.repeat(Math.ceil(Number(name.split("/")[1]) / name.length));
}

/** Starts a collector that reads every byte, gives its next answers in their order, and from then on takes everything. */
async function startCheckingSink(headers: Readonly<Record<string, string>> = {}) {
  const next: ((spans: number) => Promise<SinkAnswer>)[] = [];
  const wrong: string[] = [];
  const sink = await startFaultySink(async ({ body, spans }) => {
    wrong.push(...wrongIn(body));
    const given = (await next.shift()?.(spans.length)) ?? { status: 200 };
    return typeof given === "string" ? given : { ...given, headers };
  });
  let before = 0;
  /** Gives the names of what it has kept since it was asked last. */
  const kept = () => {
    const names = new Set(sink.kept.slice(before));
    before = sink.kept.length;
    return names;
  };
  const has = (name: string) => sink.kept.includes(name);
  return { url: sink.url, next, wrong, kept, has, askedAtLeast: async (count: number) => sink.askedAtLeast(count) };
}

/** Gives what answers so. A span that stands alone is not too large. */
function asAnswered({ does, turns }: Answer): (spans: number) => Promise<SinkAnswer> {
  return async (spans) => {
    for (let turn = 0; turn < turns; turn += 1) await setImmediate();
    return (does === "too large" && spans === 1 ? undefined : ANSWERS[does]) ?? { status: 200 };
  };
}

/** Gives the names of the spans of a request that do not say what they should. */
function wrongIn(body: Buffer): string[] {
  const { resourceSpans } = decodeRequest(body);
  if (!Array.isArray(resourceSpans)) return ["no list"];
  return resourceSpans.flatMap((each) => {
    const span = pathOf(each, ["scopeSpans", 0, "spans", 0]);
    const name = String(pathOf(span, ["name"]));
    return pathOf(span, ["attributes", 0, "value", "stringValue"]) === textOf(name) ? [] : [name];
  });
}

async function pass(): Promise<void> {
  vi.advanceTimersByTime(TURN_MS);
  await setImmediate();
}

/** Lets time go by until something has come to its end. */
async function inTime(awaited: Promise<void>): Promise<void> {
  const state = { isDone: false };
  const done = awaited.finally(() => (state.isDone = true));
  // It is awaited below: until then a rejection is no one's.
  done.catch(() => {});
  while (!state.isDone) await pass();
  return done;
}
