import { context, createContextKey, diag, trace, type Attributes } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  NodeTracerProvider,
  type Sampler,
  SamplingDecision,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { OpenInferenceSpanKind } from "@arizeai/openinference-semantic-conventions";
import { setMetadata, setSession } from "@arizeai/openinference-core";
import { afterEach, describe, expect, it } from "vitest";
import { AttributeList } from "../../instrumentors/shared/attribute-list.ts";
import { type Mask, resolveTraceConfig, type TraceConfigOptions } from "../../instrumentors/shared/trace-config.ts";
import { addSpanEvent, type SpanDescription, traced, type TraceTarget } from "../../instrumentors/shared/traced.ts";
import { keepWarnings } from "../support/warnings.ts";

afterEach(() => {
  trace.disable();
  context.disable();
  diag.disable();
});

const failAtOutput: Mask = (key, value) => {
  if (key === "output.value") throw new Error("no");
  return value;
};

function makeTarget(traceConfig: TraceConfigOptions = {}, sampler?: Sampler) {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  const tracerProvider = new NodeTracerProvider({ spanProcessors, ...(sampler ? { sampler } : {}) });
  const target: TraceTarget = { tracerProvider, traceConfig: resolveTraceConfig(traceConfig, {}) };
  return { target, spans: () => exporter.getFinishedSpans() };
}

function listOf(attributes: Attributes): AttributeList {
  const list = new AttributeList();
  for (const [key, value] of Object.entries(attributes)) list.add(key, value);
  return list;
}

/** A description that counts how often it is asked for, and how often for what it holds. */
function counted(overrides: Partial<SpanDescription<unknown>> = {}) {
  const asked = { descriptions: 0, payloads: 0 };
  const payload = (attributes: Attributes): Attributes => {
    asked.payloads += 1;
    return attributes;
  };
  const tell = (): SpanDescription<unknown> => {
    asked.descriptions += 1;
    return {
      name: "work",
      kind: OpenInferenceSpanKind.TOOL,
      start: () => payload({ "input.value": "secret in" }),
      bulk: () => listOf(payload({ "llm.input_messages.0.message.content": "secret message" })),
      success: () => payload({ "output.value": "secret out" }),
      failure: () => payload({ "output.value": "secret logs" }),
      ...overrides,
    };
  };
  return { asked, tell };
}

describe("what is described", () => {
  it("is nothing while no provider is registered", async () => {
    const { asked, tell } = counted();
    const target = { ...makeTarget().target, tracerProvider: trace.getTracerProvider() };
    expect(await traced(target, tell, async () => "given")).toBe("given");
    expect(asked).toEqual({ descriptions: 0, payloads: 0 });
  });

  it("is nothing where tracing is suppressed", async () => {
    const { asked, tell } = counted();
    const { target, spans } = makeTarget();
    new NodeTracerProvider().register();
    const suppressed = context
      .active()
      .setValue(createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING"), true);
    await context.with(suppressed, async () => traced(target, tell, async () => 1));
    expect([asked, spans()]).toEqual([{ descriptions: 0, payloads: 0 }, []]);
  });

  it.each([
    ["gives", async () => 1],
    ["throws", async () => Promise.reject(new Error("no"))],
  ])("is the name only, of what the sampler refuses, when the work %s", async (_how, work) => {
    const { asked, tell } = counted();
    const { target, spans } = makeTarget({}, new AlwaysOffSampler());
    await traced(target, tell, work).catch(() => {});
    expect([asked, spans()]).toEqual([{ descriptions: 1, payloads: 0 }, []]);
  });
});

describe("masks", () => {
  const hidden = { hideInputs: true, hideOutputs: true };

  it.each([
    ["gives", async () => "secret result"],
    ["throws", async () => Promise.reject(new RangeError("secret reason", { cause: new Error("secret cause") }))],
  ])("act on all that a span holds when the work %s", async (_how, work) => {
    const { target, spans } = makeTarget(hidden);
    const { tell } = counted({
      event: () => ({ name: "agent.step_recovery", attributes: { type: "A", message: "secret event" } }),
    });
    const telling = async (): Promise<unknown> => {
      addSpanEvent({ name: "retry", attributes: { attempt: 1, reason: "secret retry" } });
      return work();
    };
    await traced(target, tell, telling).catch(() => {});
    const [span] = spans();
    expect(span?.attributes).toEqual({
      "openinference.span.kind": "TOOL",
      "input.value": "__REDACTED__",
      "output.value": "__REDACTED__",
    });
    expect(span?.events.map(({ name }) => name)).toContain("retry");
    expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain("secret");
  });

  it("act before a sampler sees anything, and leave metadata and session", async () => {
    const seen: Attributes[] = [];
    const sampler: Sampler = {
      shouldSample: (_context, _traceId, _name, _kind, attributes) => {
        seen.push(attributes);
        return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      },
    };
    const { target } = makeTarget(hidden, sampler);
    new NodeTracerProvider().register();
    const active = setMetadata(setSession(context.active(), { sessionId: "s" }), { team: "a\0" });
    await context.with(active, async () => traced(target, counted().tell, async () => 1));
    expect(seen).toEqual([{ "openinference.span.kind": "TOOL", "session.id": "s", metadata: '{"team":"a␀"}' }]);
  });

  it("of an outer span are not taken off inside it, whoever traces there", async () => {
    const [outer, inner] = [makeTarget({ hideInputs: true }), makeTarget({ hideOutputs: true })];
    await traced(outer.target, counted().tell, async () =>
      traced(inner.target, counted().tell, async () => traced(outer.target, counted().tell, async () => 1)),
    );
    expect(inner.spans()).toEqual([]);
    expect(outer.spans().map(({ attributes }) => [attributes["input.value"], attributes["output.value"]])).toEqual([
      ["__REDACTED__", "__REDACTED__"],
      ["__REDACTED__", "__REDACTED__"],
      ["__REDACTED__", "secret out"],
    ]);
  });

  it("that throw cost the attribute and a warning, and the caller nothing", async () => {
    const warnings = keepWarnings();
    const { target, spans } = makeTarget({ mask: failAtOutput });
    expect(await traced(target, counted().tell, async () => "given")).toBe("given");
    expect(Object.keys(spans()[0]?.attributes ?? {})).toEqual([
      "openinference.span.kind",
      "input.value",
      "llm.input_messages.0.message.content",
    ]);
    expect(warnings).toEqual([expect.stringContaining("output.value")]);
  });
});

describe("a failure", () => {
  it("tells its type, its message, and its stack with that of its cause", async () => {
    const { target, spans } = makeTarget();
    const error = new RangeError("too far\0", { cause: new TypeError("no road") });
    await expect(traced(target, counted().tell, async () => Promise.reject(error))).rejects.toBe(error);
    const [span] = spans();
    expect(span?.events.map(({ name, attributes }) => ({ name, ...attributes }))).toEqual([
      {
        name: "exception",
        "exception.type": "RangeError",
        "exception.message": "too far␀",
        "exception.stacktrace": expect.stringMatching(/^RangeError: too far␀\n[^]*\nCaused by: TypeError: no road\n/),
      },
    ]);
    expect(span?.status.message).toBe("RangeError: too far␀");
  });

  const itsOwnCause = new Error("round and round");
  itsOwnCause.cause = itsOwnCause;

  it.each([
    ["its own cause", itsOwnCause],
    ["undefined", undefined],
    ["an object without a prototype", Object.create(null)],
    [
      "an error that cannot be read",
      new Proxy(new Error("x"), {
        get: () => {
          throw new Error("no");
        },
      }),
    ],
    [
      "what answers no question",
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw new Error("no");
          },
        },
      ),
    ],
  ])("that is %s reaches the caller as it was, and its span ends as a failed one", async (_name, thrown) => {
    const { target, spans } = makeTarget();
    const caught = await traced(target, counted().tell, async () => Promise.reject(thrown)).then(
      () => "nothing was thrown",
      (error: unknown) => [error],
    );
    expect(Array.isArray(caught) && Object.is(caught[0], thrown)).toBe(true);
    expect(spans().map(({ status }) => status.code)).toEqual([2]);
  });
});
