import {
  type Attributes,
  type AttributeValue,
  ROOT_CONTEXT,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  trace,
  TraceFlags,
} from "@opentelemetry/api";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeSpan } from "../../../src/collector/otlp/encode-span.ts";
import type { EndedSpan } from "../../../src/collector/otlp/ended-span.ts";
import { decodeRequest } from "./decode-request.ts";
import { literalSpans, numbers, texts } from "./generated-spans.ts";

/** The oracle: OpenTelemetry's own. It is typed for the SDK's spans only; it reads no more of one than ours. */
const stock: { serializeRequest(spans: readonly EndedSpan[]): Uint8Array | undefined } = ProtobufTraceSerializer;

function decodedStock(...spans: readonly EndedSpan[]) {
  return decodeRequest(stock.serializeRequest(spans) ?? new Uint8Array());
}

describe("encodeSpan, beside the stock serializer", () => {
  it("says the same of any span", () => {
    fc.assert(
      fc.property(literalSpans, (span) => {
        expect(decodeRequest(encodeSpan(span))).toStrictEqual(decodedStock(span));
      }),
      { numRuns: 200 },
    );
  });

  it("says the same of what the SDK makes of any calls", () => {
    fc.assert(
      fc.property(recordings, (recording) => {
        const span = record(recording);
        expect(decodeRequest(encodeSpan(span))).toStrictEqual(decodedStock(span));
      }),
      { numRuns: 150 },
    );
  });

  it("gives requests that are one request, one after another", () => {
    fc.assert(
      fc.property(fc.array(literalSpans, { minLength: 2, maxLength: 5 }), (spans) => {
        const request = Buffer.concat(spans.map((span) => Buffer.from(encodeSpan(span))));
        expect(decodeRequest(request)).toStrictEqual(decodedStock(...spans));
      }),
      { numRuns: 40 },
    );
  });
});

const attributeValues: fc.Arbitrary<AttributeValue> = fc.oneof(
  texts,
  numbers,
  fc.boolean(),
  fc.array(fc.option(texts)),
  fc.array(fc.option(numbers, { nil: undefined })),
  fc.array(fc.option(fc.boolean())),
);

const attributes: fc.Arbitrary<Attributes> = fc.dictionary(texts, attributeValues, { maxKeys: 8 });

/** As the API takes them. What is before 1970 or after 2554 is out of what OTLP can say, and has a test of its own. */
const times = fc.oneof(
  fc.date({ min: new Date(0), max: new Date("2500-01-01"), noInvalidDate: true }),
  fc.double({ min: 1e12, max: 4e12, noNaN: true }),
  fc.tuple(fc.integer({ min: 0, max: 4e9 }), fc.integer({ min: 0, max: 999_999_999 })),
);

const recordings = fc.record({
  name: texts,
  options: fc.record<SpanOptions>({
    kind: fc.constantFrom(SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER),
    attributes,
    startTime: times,
  }),
  isRemoteChild: fc.boolean(),
  events: fc.array(fc.record({ name: texts, attributes, time: times }), { maxLength: 3 }),
  linkAttributes: fc.array(attributes, { maxLength: 3 }),
  status: fc.record({
    code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR),
    message: texts,
  }),
  endTime: times,
});

type Recording = typeof recordings extends fc.Arbitrary<infer Value> ? Value : never;

const context = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
};

function record({ name, options, isRemoteChild, events, linkAttributes, status, endTime }: Recording): EndedSpan {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({
    spanLimits: { attributeCountLimit: 5, eventCountLimit: 2, linkCountLimit: 2 },
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const parent = isRemoteChild ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT;
  const span = provider
    .getTracer("test", "1.0.0", { schemaUrl: "https://schema.test" })
    .startSpan(name, options, parent);
  for (const event of events) span.addEvent(event.name, event.attributes, event.time);
  for (const linked of linkAttributes) span.addLink({ context, attributes: linked });
  span.setStatus(status);
  span.end(endTime);
  const [ended] = exporter.getFinishedSpans();
  if (!ended) throw new Error("the SDK exported no span");
  return ended;
}
