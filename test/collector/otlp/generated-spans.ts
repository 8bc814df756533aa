import { createTraceState } from "@opentelemetry/api";
import * as fc from "fast-check";
import type {
  EndedSpan,
  EndedSpanContext,
  EndedSpanResource,
  EndedSpanScope,
  HrTime,
} from "../../../src/collector/otlp/ended-span.ts";

/** Any UTF-16: of every script, with NUL and half pairs of surrogates; long ones too, across every size of a length. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "binary" }) },
  {
    weight: 4,
    arbitrary: fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  },
  { weight: 4, arbitrary: fc.string({ maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom("a", "é", "表", "👀", "\uD800"),
        fc.constantFrom(40, 42, 63, 127, 128, 5_461, 8_192, 16_383),
      )
      .map(([letter, count]) => letter.repeat(count)),
  },
);

/** Numbers around every border: of a byte more, of int32, of what a double holds exactly, of int64. */
export const numbers: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.maxSafeInteger(),
  fc
    .record({
      exponent: fc.integer({ min: 0, max: 64 }),
      step: fc.integer({ min: -2, max: 2 }),
      sign: fc.constantFrom(1, -1),
    })
    .map(({ exponent, step, sign }) => sign * (2 ** exponent + step)),
);

const { value } = fc.letrec<{ value: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(
    texts,
    numbers,
    fc.boolean(),
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(null, undefined, Symbol("symbol"), () => "function", new Date(0), new Map([[1, 2]]), /pattern/),
    fc.bigInt(),
  ),
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    tie("leaf"),
    fc.array(tie("value"), { maxLength: 6 }),
    fc.dictionary(texts, tie("value"), { maxKeys: 6 }),
  ),
}));

const attributes = fc.dictionary(texts, value, { maxKeys: 8 });

const times: fc.Arbitrary<HrTime> = fc.tuple(
  fc.oneof(fc.integer({ min: 1_500_000_000, max: 2_500_000_000 }), fc.integer({ min: 0, max: 18_446_744_072 })),
  fc.integer({ min: 0, max: 999_999_999 }),
);

const counts = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 32 - 1 }));

function ids(bytes: number): fc.Arbitrary<string> {
  return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString("hex"));
}

const contexts: fc.Arbitrary<EndedSpanContext> = fc.record(
  {
    traceId: ids(16),
    spanId: ids(8),
    traceFlags: fc.integer({ min: 0, max: 255 }),
    isRemote: fc.boolean(),
    traceState: fc.constantFrom(createTraceState("vendor=a:1,other=2"), createTraceState("")),
  },
  { requiredKeys: ["traceId", "spanId", "traceFlags"] },
);

const resources: fc.Arbitrary<EndedSpanResource> = fc
  .record({ attributes, schemaUrl: fc.option(texts, { nil: undefined }) })
  .map((resource) => ({ ...resource, getRawAttributes: () => Object.entries(resource.attributes) }));

const scopes: fc.Arbitrary<EndedSpanScope> = fc.record(
  { name: texts, version: texts, schemaUrl: texts, attributes, droppedAttributesCount: counts },
  { requiredKeys: ["name"] },
);

/** Spans as objects of their own, with what the SDK lets through and more. */
export const literalSpans: fc.Arbitrary<EndedSpan> = fc.record(
  {
    name: texts,
    kind: fc.integer({ min: 0, max: 4 }),
    spanContext: contexts.map((context) => () => context),
    parentSpanContext: contexts,
    startTime: times,
    endTime: times,
    status: fc.record({ code: fc.integer({ min: 0, max: 2 }), message: fc.option(texts, { nil: undefined }) }),
    attributes,
    links: fc.array(
      fc.record({ context: contexts, attributes, droppedAttributesCount: counts }, { requiredKeys: ["context"] }),
      { maxLength: 3 },
    ),
    events: fc.array(
      fc.record(
        { name: texts, time: times, attributes, droppedAttributesCount: counts },
        { requiredKeys: ["name", "time"] },
      ),
      { maxLength: 3 },
    ),
    resource: resources,
    instrumentationScope: scopes,
    droppedAttributesCount: counts,
    droppedEventsCount: counts,
    droppedLinksCount: counts,
  },
  {
    requiredKeys: [
      "name",
      "kind",
      "spanContext",
      "startTime",
      "endTime",
      "status",
      "attributes",
      "links",
      "events",
      "resource",
      "instrumentationScope",
      "droppedAttributesCount",
      "droppedEventsCount",
      "droppedLinksCount",
    ],
  },
);
