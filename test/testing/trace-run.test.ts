import { describe, expect, it } from "vitest";
import { instrument } from "vitrine/instrumentors";
import type { RunOptions } from "../../src/agents/run-options.ts";
import { RecordedModel } from "../../src/testing/recorded-model.ts";
import { answers, writes } from "../support/replies.ts";
import { CAR, callerOf, coderOf, PHOTO, plays, workerOf } from "../support/scenarios-shared.ts";
import { traceEachTest } from "../support/traces.ts";
import { llmSpan } from "./spans.ts";

const trace = traceEachTest();

const SAID = { "output_messages.0.message.role": "assistant", "output_messages.0.message.content": "b" };

function agentSpan(attributes: Readonly<Record<string, string>>) {
  return { name: "Some.run", attributes: { "openinference.span.kind": "AGENT", ...attributes } };
}

describe("the start of a recorded run", () => {
  it.each<[string, RunOptions, RunOptions]>([
    ["nothing besides", {}, { maxSteps: 20 }],
    ["a limit of its own", { maxSteps: 3 }, { maxSteps: 3 }],
    ["images", { images: [PHOTO, CAR] }, { images: [PHOTO, CAR], maxSteps: 20 }],
    [
      "arguments, with images inside of them",
      { images: [PHOTO], additionalArgs: { deep: [{ a: CAR, b: null }], url: { type: "image", url: "none" }, n: 1.5 } },
      {
        images: [PHOTO],
        additionalArgs: { deep: [{ a: CAR, b: null }], url: { type: "image", url: "none" }, n: 1.5 },
        maxSteps: 20,
      },
    ],
    [
      "values that JSON has not",
      { additionalArgs: { at: new Date(0) } },
      { additionalArgs: { at: "1970-01-01T00:00:00.000Z" }, maxSteps: 20 },
    ],
  ])("is known: the task, and %s", async (_what, given, known) => {
    for (const semconv of ["openinference", "gen_ai"] as const) {
      instrument(undefined, { semconv });
      await callerOf(plays(answers(1))()).run("Find it", given);
      const spans = trace.spans().slice(-4);
      const { task, runOptions } = await RecordedModel.fromTrace(spans);
      expect([semconv, task, runOptions]).toEqual([semconv, "Find it", known]);
    }
  });

  it("is that of the agent that was asked, not of one that it manages", async () => {
    const model = plays(writes(`finalAnswer(await worker({ task: "Do it" }))`), answers(1))();
    await coderOf(model, { managedAgents: [workerOf(model)] }).run("Let it be done", { additionalArgs: { n: 1 } });
    const { task, runOptions } = await RecordedModel.fromTrace(trace.spans());
    expect([task, runOptions]).toEqual(["Let it be done", { additionalArgs: { n: 1 }, maxSteps: 20 }]);
  });

  it("is all that is needed to make the run again, with the same agent", async () => {
    const model = plays(writes("console.log(n, picture)"), writes("finalAnswer(n + 1)"))();
    const options = { additionalArgs: { n: 1, picture: CAR }, images: [PHOTO], maxSteps: 2 };
    await coderOf(model).run("Add one", options);
    const recorded = await RecordedModel.fromTrace(trace.spans());
    const again = await coderOf(recorded).run(recorded.task ?? "", recorded.runOptions);
    expect(again.output).toBe(2);
    expect(recorded.requests).toEqual(model.requests);
  });

  it("is known but for an image that is too long to be exported, which may have been any when the run is made again", async () => {
    const image = { type: "image", url: `${CAR.url}${"A".repeat(40_000)}` } as const;
    const model = plays(writes("1"), writes("finalAnswer(2)"))();
    await coderOf(model).run("What is it?", { images: [image] });
    const recorded = await RecordedModel.fromTrace(trace.spans());
    expect(JSON.stringify([recorded.calls, recorded.runOptions])).not.toContain("AAAA");
    expect((await coderOf(recorded).run("What is it?", { images: [image] })).output).toBe(2);
    expect(recorded.requests).toEqual(model.requests);
  });

  it.each<[string, readonly ReturnType<typeof llmSpan>[]]>([
    ["there is no AGENT span", []],
    ["masks have hidden it", [agentSpan({ "input.value": "__REDACTED__", "vitrine.additional_args": "__REDACTED__" })]],
    ["masks have removed it", [agentSpan({ "gen_ai.operation.name": "invoke_agent" })]],
  ])("is not known where %s", async (_what, spans) => {
    const { task, runOptions } = await RecordedModel.fromTrace([...spans, llmSpan(SAID)]);
    expect([task, runOptions]).toEqual([undefined, {}]);
  });
});
