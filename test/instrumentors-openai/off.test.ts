import { context, diag, trace } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import { AlwaysOffSampler, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { instrumentOpenAI } from "../../instrumentors/openai/instrument-openai.ts";
import { answerBoth } from "../models/openai-server.ts";
import { keepWarnings } from "../support/warnings.ts";
import { ASK, chatFixture, readAll, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();
const fixture = chatFixture("text");
const answer = answerBoth(fixture);
const given = Promise.resolve(fixture.completion);

/** Is a client that reads nothing of what it is sent. */
class Completions {
  create(_body: unknown): Promise<unknown> {
    return given;
  }
}
const HeedlessOpenAI = { Chat: { Completions }, Responses: class extends Completions {} };

/** Cannot be looked into by anybody. */
const closed = new Proxy(
  {},
  {
    get: () => {
      throw new Error("read");
    },
    ownKeys: () => {
      throw new Error("listed");
    },
  },
);

/** Calls with what is closed, while nothing is to be traced, and gives the warnings of it. */
async function callClosed(within: (call: () => Promise<unknown>) => Promise<unknown>): Promise<readonly string[]> {
  const warnings = keepWarnings();
  onTestFinished(() => diag.disable());
  const completions = new Completions();
  Object.defineProperty(completions, "_client", { value: closed });
  let made: unknown;
  await within(async () => (made = completions.create(closed)));
  expect(made).toBe(given);
  return warnings;
}

describe("with tracing off, nothing of a call is read", () => {
  beforeEach(() => {
    const on = instrumentOpenAI(HeedlessOpenAI);
    onTestFinished(() => on.uninstrument());
  });

  it("where nobody registered a provider", async () => {
    trace.disable();

    expect(await callClosed(async (call) => call())).toEqual([]);
  });

  it("where tracing is suppressed", async () => {
    expect(await callClosed(async (call) => context.with(suppressTracing(context.active()), call))).toEqual([]);
    expect(traces.tree()).toBe("");
  });

  it("where the trace is not sampled", async () => {
    const on = instrumentOpenAI(HeedlessOpenAI, new NodeTracerProvider({ sampler: new AlwaysOffSampler() }));
    onTestFinished(() => on.uninstrument());

    expect(await callClosed(async (call) => call())).toEqual([]);
  });

  it("where it was taken back", async () => {
    instrumentOpenAI(HeedlessOpenAI).uninstrument();

    expect(await callClosed(async (call) => call())).toEqual([]);
  });

  it("but is where it is on: else this would prove nothing", async () => {
    expect((await callClosed(async (call) => call())).length).toBeGreaterThan(0);
  });
});

describe("a context", () => {
  it("may forbid tracing: then nothing is watched", async () => {
    const { client } = await startClient(answer);
    const tracer = trace.getTracer("user");

    await tracer.startActiveSpan("caller", async (span) => {
      const forbidden = suppressTracing(context.active());
      const promise = context.with(forbidden, () => client.chat.completions.create(ASK));
      expect(Object.hasOwn(promise, "asResponse")).toBe(false);
      await promise;
      span.end();
    });

    expect(traces.tree()).toBe("? caller  UNSET");
  });

  it("may belong to a trace that is not sampled: then nothing is watched", async () => {
    const sampler = new AlwaysOffSampler();
    const { client } = await startClient(answer);
    const instrumentation = instrumentOpenAI(OpenAI, new NodeTracerProvider({ sampler }));
    onTestFinished(() => instrumentation.uninstrument());

    const promise = client.chat.completions.create({ ...ASK, stream: true });

    expect(Object.hasOwn(promise, "asResponse")).toBe(false);
    expect(await promise.then(readAll)).toEqual(fixture.chunks);
  });
});
