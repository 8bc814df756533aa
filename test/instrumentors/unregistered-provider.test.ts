import { setSession } from "@arizeai/openinference-core";
import { context, diag, DiagLogLevel, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";
import { describe, expect, it, onTestFinished } from "vitest";
import { AgentInstrumentor, instrument } from "vitrine/instrumentors";
import { instrumentOpenAI } from "../../instrumentors/openai/instrument-openai.ts";
import { answers } from "../support/replies.ts";
import { caller } from "../support/scripted-agents.ts";

/** Makes a provider that nobody registers, in a process that has no context manager yet. */
function makeProvider() {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  onTestFinished(() => {
    instrument().uninstrument();
    context.disable();
    trace.disable();
  });
  return { provider, sessions: () => exporter.getFinishedSpans().map(({ attributes }) => attributes["session.id"]) };
}

async function runTwice(): Promise<void> {
  for (const sessionId of ["first", "second"])
    await context.with(setSession(context.active(), { sessionId }), async () => caller([answers(1)]).run("Go"));
}

const SPANS_OF_A_RUN = 4;
const EACH = ["first", "second"].flatMap((session) => Array.from({ length: SPANS_OF_A_RUN }, () => session));

describe("a provider that is only handed over", () => {
  it("gets the session of the first run already", async () => {
    const { provider, sessions } = makeProvider();
    instrument(provider);
    await runTwice();
    expect(sessions()).toEqual(EACH);
  });

  it("gets it also when tracing is switched on by enable()", async () => {
    const { provider, sessions } = makeProvider();
    const instrumentor = new AgentInstrumentor({ tracerProvider: provider });
    onTestFinished(() => instrumentor.uninstrument());
    instrumentor.enable();
    await runTwice();
    expect(sessions()).toEqual(EACH);
  });

  it("gets it also when it is the global one, set without a context manager", async () => {
    const { provider, sessions } = makeProvider();
    trace.setGlobalTracerProvider(provider);
    instrument();
    await runTwice();
    expect(sessions()).toEqual(EACH);
  });

  it("has the caller's context heeded by instrumentOpenAI too", () => {
    const { provider } = makeProvider();
    const on = instrumentOpenAI(OpenAI, provider);
    onTestFinished(() => on.uninstrument());
    const given = setSession(context.active(), { sessionId: "first" });
    expect(context.with(given, () => context.active())).toBe(given);
  });
});

const ignore = (): void => {};

/** Keeps what the API says is wrong, until the test ends. */
function keepErrors(): unknown[] {
  const errors: unknown[] = [];
  const error = (message: unknown): void => void errors.push(message);
  diag.setLogger({ error, warn: ignore, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ERROR);
  onTestFinished(() => diag.disable());
  return errors;
}

describe("a provider that is handed over, and registered later", () => {
  it("sets the program's own context manager, and nobody is told of a duplicate", async () => {
    const { provider, sessions } = makeProvider();
    const errors = keepErrors();
    instrument(provider);
    const manager = new AsyncLocalStorageContextManager();
    provider.register({ contextManager: manager });
    await runTwice();
    expect([errors, sessions()]).toEqual([[], EACH]);
    const given = setSession(context.active(), { sessionId: "first" });
    expect(context.with(given, () => manager.active())).toBe(given);
  });

  it("has a third manager called a duplicate, as ever", () => {
    const { provider } = makeProvider();
    const errors = keepErrors();
    instrument(provider);
    expect(context.setGlobalContextManager(new AsyncLocalStorageContextManager())).toBe(true);
    expect(context.setGlobalContextManager(new AsyncLocalStorageContextManager())).toBe(false);
    expect(errors.length).toBe(1);
  });
});

it("leaves the context to others where there is no provider yet", () => {
  makeProvider();
  instrument();
  const given = setSession(context.active(), { sessionId: "first" });
  expect(context.with(given, () => context.active())).not.toBe(given);
});
