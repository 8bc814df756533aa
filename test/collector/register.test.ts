import { context, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { register, type RegisterOptions } from "vitrine/collector";
import { startOtlpSink } from "../support/otlp-sink.ts";

afterEach(() => {
  trace.disable();
  context.disable();
});

async function setUp(options: RegisterOptions = {}, status = 200) {
  const sink = await startOtlpSink({ status });
  const collector = register({ endpoint: sink.url, ...options });
  return { sink, collector };
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

  it("says where spans could not be sent, and why", async () => {
    const { sink, collector } = await setUp({}, 401);
    collector.getTracer("test").startSpan("hello").end();
    await expect(collector.shutdown()).rejects.toThrow(`Spans could not be sent to ${sink.url}/v1/traces: `);
  });

  it("waits no longer than it is told", async () => {
    const hanging = register({ endpoint: "http://127.0.0.1:9", global: false });
    hanging.getTracer("test").startSpan("hello").end();
    await expect(hanging.forceFlush({ timeoutMs: 1 })).rejects.toThrow("no answer within 1 ms");
  });
});
