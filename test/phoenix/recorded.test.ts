import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { instrument, type InstrumentOptions } from "vitrine/instrumentors";
import { RecordedModel } from "../../src/testing/recorded-model.ts";
import { comparable, inGenAi, isTelling, outcomeOf, scenarios } from "../support/scenarios.ts";
import { CAR, PHOTO } from "../support/scenarios-shared.ts";
import { describePhoenix, phoenixUrl } from "./describe-phoenix.ts";
import { recordedOf, sendAll, type SentRun, type StoredScenario } from "./recorded-runs.ts";

const MODES: readonly (readonly [mode: string, options: InstrumentOptions])[] = [
  ["each message told once", { messages: "delta" }],
  ["room for some messages", { maxSpanBytes: 4000 }],
  ["both conventions", { semconv: "both" }],
];
const plain: readonly StoredScenario[] = scenarios.map((scenario) => ({ scenario, title: scenario.name, options: {} }));
const inModes = [
  ...MODES.flatMap(([mode, options]) => telling(mode, options)),
  // Phoenix takes its time for each span: where there is room for all messages, this is as the default.
  ...telling("all messages told", { messages: "full" }).filter(({ scenario }) => scenario.name === "a long run"),
];
const inWordsOfGenAi = telling("the words of gen_ai, and room for some messages", {
  semconv: "gen_ai",
  maxSpanBytes: 4000,
});

function telling(mode: string, options: InstrumentOptions): readonly StoredScenario[] {
  return scenarios
    .filter(isTelling)
    .map((scenario) => ({ scenario, title: `${scenario.name}, with ${mode}`, options }));
}

describePhoenix("RecordedModel.fromTrace, of a trace in Phoenix,", () => {
  let sent: ReadonlyMap<string, SentRun> = new Map();

  beforeAll(async () => {
    sent = await sendAll([...plain, ...inModes, ...inWordsOfGenAi]);
  });

  afterAll(() => instrument().uninstrument());

  it.each([...plain, ...inModes])("rebuilds every request of $title", async ({ scenario, title }) => {
    const { requests, traceIds } = runOf(title);
    const { calls } = await recordedOf(traceIds);
    const rebuilt = calls.map(({ request }) => request);
    expect(comparable(rebuilt, scenario)).toEqual(comparable(requests, scenario));
  });

  it.each(inWordsOfGenAi)("rebuilds what is told of $title", async ({ scenario, title }) => {
    const { requests, traceIds } = runOf(title);
    const { calls } = await recordedOf(traceIds);
    const rebuilt = calls.map(({ request }) => inGenAi(request));
    expect(comparable(rebuilt, scenario)).toEqual(comparable(requests.map(inGenAi), scenario));
  });

  it.each([...plain, ...inWordsOfGenAi])("runs $title again, to the same end", async ({ scenario, title }) => {
    const { requests, outcome, traceIds } = runOf(title);
    const recorded = await recordedOf(traceIds);
    expect(await outcomeOf(scenario.run(recorded))).toEqual(scenario.endsAgain ?? outcome);
    expect(comparable(recorded.requests, scenario)).toEqual(comparable(requests, scenario));
  });

  it.each(["", ", with the words of gen_ai, and room for some messages"])(
    "knows what the run was asked and told%s",
    async (mode) => {
      const [traceId = ""] =
        sent.get(`images of the task and of tools, passed on by their names${mode}`)?.traceIds ?? [];
      const recorded = await RecordedModel.fromTrace({ phoenix: `${phoenixUrl}/`, traceId });
      expect([recorded.task, recorded.runOptions]).toEqual([
        "What is it?",
        { images: [PHOTO], additionalArgs: { picture: CAR, count: 3, deep: [CAR] }, maxSteps: 20 },
      ]);
    },
  );

  it("says of a trace that is not there that it is not", async () => {
    const traceId = randomUUID().replaceAll("-", "");
    await expect(RecordedModel.fromTrace({ phoenix: phoenixUrl, traceId })).rejects.toThrow(
      `The Phoenix at ${phoenixUrl} has no trace ${traceId}.`,
    );
  });

  function runOf(title: string): SentRun {
    const run = sent.get(title);
    if (!run) throw new Error(`"${title}" was not run.`);
    return run;
  }
});
