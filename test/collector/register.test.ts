import { context, trace } from "@opentelemetry/api";
import { AlwaysOffSampler, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { register, type RegisterOptions } from "vitrine/collector";
import { AgentInstrumentor } from "vitrine/instrumentors";
import { ScriptedModel } from "vitrine/testing";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { temporaryFolder } from "../support/spool-provider.ts";

afterEach(() => {
  trace.disable();
  context.disable();
});

async function setUp(options: RegisterOptions = {}, status = 200) {
  const sink = await startOtlpSink({ status });
  const directory = temporaryFolder();
  const collector = register({ endpoint: sink.url, spool: { directory }, quiet: true, ...options });
  return { sink, collector, directory };
}

describe("register", () => {
  it("sends spans as protobuf to /v1/traces, with the project and the headers", async () => {
    const { sink, collector } = await setUp({ projectName: "shop", apiKey: "secret", headers: { "x-team": "a" } });
    collector.getTracer("test").startSpan("hello").end();
    await collector.shutdown();
    const [request] = sink.requests;
    expect(request).toMatchObject({
      path: "/v1/traces",
      headers: { "content-type": "application/x-protobuf", authorization: "Bearer secret", "x-team": "a" },
    });
    expect(request?.body.includes("openinference.project.name")).toBe(true);
    expect(request?.body.includes("shop")).toBe(true);
  });

  it("adds the resource attributes that it is given", async () => {
    const { sink, collector } = await setUp({ resource: { "service.name": "till-7" } });
    collector.getTracer("test").startSpan("hello").end();
    await collector.forceFlush();
    expect(sink.requests[0]?.body.includes("till-7")).toBe(true);
    await collector.shutdown();
  });

  it("names the service and the SDK as OpenTelemetry does, by OTEL_SERVICE_NAME where it is set", async () => {
    vi.stubEnv("OTEL_SERVICE_NAME", "till-8");
    onTestFinished(() => void vi.unstubAllEnvs());
    const exporter = new InMemorySpanExporter();
    const { collector } = await setUp({ spanProcessors: [new SimpleSpanProcessor(exporter)], projectName: "shop" });
    collector.getTracer("test").startSpan("hello").end();
    expect(exporter.getFinishedSpans()[0]?.resource.attributes).toMatchObject({
      "service.name": "till-8",
      "telemetry.sdk.language": "nodejs",
      "openinference.project.name": "shop",
    });
    await collector.shutdown();
  });

  it("keeps 10,000 attributes a span", async () => {
    const exporter = new InMemorySpanExporter();
    const { collector } = await setUp({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const attributes = Object.fromEntries(Array.from({ length: 9_999 }, (_, index) => [`key.${index}`, index]));
    collector.getTracer("test").startSpan("large", { attributes }).end();
    expect(Object.keys(exporter.getFinishedSpans()[0]?.attributes ?? {}).length).toBe(9_999);
    await collector.shutdown();
  });

  it("becomes the global provider, unless told not to", async () => {
    const apart = await setUp({ global: false });
    expect(trace.getTracer("test").startSpan("none").isRecording()).toBe(false);
    const { collector } = await setUp();
    expect(trace.getTracer("test").startSpan("some").isRecording()).toBe(true);
    await Promise.all([apart.collector.shutdown(), collector.shutdown()]);
  });

  it("says where spans could not be sent, why, and where they are kept", async () => {
    const { sink, collector, directory } = await setUp({}, 401);
    collector.getTracer("test").startSpan("hello").end();
    await expect(collector.forceFlush({ timeoutMs: 200 })).rejects.toThrow(
      `${sink.url}/v1/traces does not take them (401: the key is missing or wrong: set apiKey, PHOENIX_API_KEY or headers). Not sent yet, and kept in ${directory}: 1 span.`,
    );
    await collector.shutdown({ timeoutMs: 1 });
  });

  it("counts what became of the spans", async () => {
    const { collector } = await setUp();
    collector.getTracer("test").startSpan("hello").end();
    await collector.shutdown();
    expect(collector.stats()).toMatchObject({ ended: 1, stored: 1, delivered: 1, waiting: 0 });
  });

  it("takes spans of the sampler's choice only", async () => {
    const { sink, collector } = await setUp({ sampler: new AlwaysOffSampler() });
    collector.getTracer("test").startSpan("hello").end();
    await collector.shutdown();
    expect(sink.requests).toEqual([]);
  });

  it("switches on the instrumentations that it is given", async () => {
    const instrumentor = new AgentInstrumentor();
    onTestFinished(() => instrumentor.uninstrument());
    const { sink, collector } = await setUp({ instrumentations: [instrumentor] });
    await new ScriptedModel(["Hello"]).generate({ messages: [{ role: "user", content: "Hi" }] });
    await collector.shutdown();
    expect(sink.requests[0]?.body.includes("ScriptedModel.generate")).toBe(true);
  });

  it("sends to several places", async () => {
    const [one, other] = [await startOtlpSink(), await startOtlpSink()];
    const destinations = [{ endpoint: one.url }, { endpoint: other.url, apiKey: "k" }];
    const { collector } = await setUp({ endpoint: undefined, destinations });
    collector.getTracer("test").startSpan("hello").end();
    await collector.shutdown();
    expect([one, other].map(({ requests }) => requests[0]?.headers["authorization"])).toEqual([undefined, "Bearer k"]);
  });

  it("takes the address of a place alone", async () => {
    const place = await startOtlpSink();
    const collector = register({ destinations: [place.url], spool: { directory: temporaryFolder() }, global: false });
    collector.getTracer("test").startSpan("hello").end();
    await collector.shutdown();
    expect(place.requests).toHaveLength(1);
  });

  it.each([
    ["an empty list of destinations", { destinations: [] }, "destinations is an empty list"],
    ["one destination twice", { destinations: [{ endpoint: "http://a" }, { endpoint: "http://a/" }] }, "twice"],
    ["a bound that is none", { spool: { maxBytes: -1 } }, "spool.maxBytes must be a number above 0, and is -1"],
  ])("refuses %s", (_what, options, said) => {
    expect(() => register({ ...options, global: false })).toThrow(said);
  });
});
