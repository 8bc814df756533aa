import { context, trace } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AlwaysOffSampler, ParentBasedSampler, SamplingDecision } from "@opentelemetry/sdk-trace-node";
import { describe, expect, it } from "vitest";
import { startFaultySink } from "../support/faulty-sink.ts";
import { startSpoolProvider, temporaryFolder } from "../support/spool-provider.ts";
import { deferred } from "./deferred.ts";
import { decodeRequest } from "./otlp/decode-request.ts";
import { pathOf } from "./otlp/small-spans.ts";

const RESOURCE = ["resourceSpans", 0, "resource", "attributes"];
const SPAN = ["resourceSpans", 0, "scopeSpans", 0, "spans", 0];

const textOf = (key: string, value: string) => ({ key, value: { stringValue: value } });

describe("a SpoolSpanProcessor in a provider of one's own", () => {
  it("delivers with the resource, the scopes and the span of the SDK", async () => {
    const sink = await startFaultySink();
    const resource = resourceFromAttributes({ "service.name": "shop" });
    const { provider, processor } = startSpoolProvider({ endpoint: sink.url }, { resource });
    const parent = provider
      .getTracer("house", "1.2", { schemaUrl: "https://schema" })
      .startSpan("run", { attributes: { n: 1 } });
    const child = provider.getTracer("other").startSpan("step", {}, trace.setSpan(context.active(), parent));
    child.addEvent("seen", { what: "it" });
    child.end();
    parent.end();
    await processor.forceFlush();
    const decoded = decodeRequest(sink.requests[0]?.body ?? Buffer.alloc(0));
    expect(pathOf(decoded, RESOURCE)).toEqual([textOf("service.name", "shop")]);
    expect(pathOf(decoded, SPAN)).toMatchObject({
      name: "step",
      spanId: child.spanContext().spanId,
      parentSpanId: parent.spanContext().spanId,
      events: [{ name: "seen", attributes: [textOf("what", "it")] }],
    });
    expect(pathOf(decoded, ["resourceSpans", 0, "scopeSpans", 0, "scope"])).toMatchObject({ name: "other" });
    expect(pathOf(decoded, ["resourceSpans", 1, "scopeSpans", 0])).toMatchObject({
      scope: { name: "house", version: "1.2" },
      spans: [{ name: "run", attributes: [{ key: "n", value: { intValue: 1n } }] }],
    });
  });

  it("keeps to the limits of the provider, and says what they dropped", async () => {
    const sink = await startFaultySink();
    const spanLimits = { attributeCountLimit: 2, attributeValueLengthLimit: 3 };
    const { tracer, processor } = startSpoolProvider({ endpoint: sink.url }, { spanLimits });
    tracer.startSpan("a", { attributes: { one: "12345", two: "2", three: "3" } }).end();
    await processor.forceFlush();
    expect(pathOf(decodeRequest(sink.requests[0]?.body ?? Buffer.alloc(0)), SPAN)).toMatchObject({
      attributes: [textOf("one", "123"), textOf("two", "2")],
      droppedAttributesCount: 1,
    });
  });

  it("sends no span that is sampled out, and counts none", async () => {
    const sink = await startFaultySink();
    const sampler = new ParentBasedSampler({ root: new AlwaysOffSampler() });
    const { end, processor } = startSpoolProvider({ endpoint: sink.url }, { sampler });
    end("a");
    await processor.forceFlush();
    expect(sink.requests).toEqual([]);
    expect(processor.stats()).toMatchObject({ ended: 0, stored: 0, waiting: 0 });
  });

  it("sends no span that is only recorded, also where its resource is still to be found out", async () => {
    const sink = await startFaultySink();
    const sampler = { shouldSample: () => ({ decision: SamplingDecision.RECORD }), toString: () => "records" };
    const resource = resourceFromAttributes({ "host.name": Promise.resolve("till-7") });
    const { end, processor } = startSpoolProvider({ endpoint: sink.url }, { sampler, resource });
    end("a");
    await processor.forceFlush();
    expect(sink.requests).toEqual([]);
    expect(processor.stats()).toMatchObject({ ended: 0 });
  });

  it("keeps a span at once whose resource is not known yet, and sends it with what that became", async () => {
    const sink = await startFaultySink();
    const host = deferred<string>();
    const resource = resourceFromAttributes({ "service.name": "shop", "host.name": host.promise });
    const { end, processor } = startSpoolProvider({ endpoint: sink.url }, { resource });
    end("early");
    expect(processor.stats()).toMatchObject({ ended: 1, stored: 1 });
    const flushed = processor.forceFlush();
    host.resolve("till-7");
    await flushed;
    end("late");
    await processor.forceFlush();
    const resources = sink.requests.map(({ body }) => pathOf(decodeRequest(body), RESOURCE));
    const whole = [textOf("service.name", "shop"), textOf("host.name", "till-7")];
    expect(sink.kept).toEqual(["early", "late"]);
    expect(resources).toEqual([whole, whole]);
  });

  it("takes what another process's span knew of its resource", async () => {
    const sink = await startFaultySink(() => ({ status: 503 }));
    const directory = temporaryFolder();
    const resource = resourceFromAttributes({ "service.name": "shop", "host.name": new Promise<string>(() => {}) });
    const before = startSpoolProvider({ endpoint: sink.url, spool: { directory } }, { resource });
    before.end("early");
    await before.processor.shutdown({ timeoutMs: 1 });
    sink.answer = () => ({ status: 200 });
    const after = startSpoolProvider({ endpoint: sink.url, spool: { directory } });
    await after.processor.forceFlush();
    const body = sink.requests.at(-1)?.body ?? Buffer.alloc(0);
    expect(pathOf(decodeRequest(body), RESOURCE)).toEqual([textOf("service.name", "shop")]);
  });

  it("says where spans go, and where the address came from", () => {
    const { processor } = startSpoolProvider({ endpoint: "http://collector.test" });
    expect(processor.endpoint).toEqual({ url: "http://collector.test/v1/traces", source: "endpoint" });
  });

  it("ends a span in a program that goes on, whatever stands in it", async () => {
    const sink = await startFaultySink();
    const { tracer, processor } = startSpoolProvider({ endpoint: sink.url });
    const span = tracer.startSpan("odd");
    Object.defineProperty(span, "attributes", {
      get: () => {
        throw new Error("on purpose");
      },
    });
    expect(() => span.end()).not.toThrow();
    await processor.forceFlush();
    const { ended, delivered, dropped } = processor.stats();
    expect(ended).toBe(1);
    expect(delivered + Object.values(dropped.byReason).reduce((sum, count) => sum + count, 0)).toBe(1);
  });
});
