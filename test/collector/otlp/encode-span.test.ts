import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { describe, expect, it } from "vitest";
import { encodeSpan } from "../../../src/collector/otlp/encode-span.ts";
import type { EndedSpan, HrTime } from "../../../src/collector/otlp/ended-span.ts";
import { decodeRequest } from "./decode-request.ts";
import { CONTEXT, pathOf, spanWith } from "./small-spans.ts";

/** The one span of the request, as `decodeRequest` gives it. */
function roundTrip(parts: Partial<EndedSpan> = {}) {
  return pathOf(decodeRequest(encodeSpan(spanWith(parts))), ["resourceSpans", 0, "scopeSpans", 0, "spans", 0]);
}

function attributesOf(parts: Partial<EndedSpan>) {
  return pathOf(roundTrip(parts), ["attributes"]);
}

function throwing(): never {
  throw new Error("not for you");
}

const UNREADABLE = { stringValue: "[a value that could not be read: Error: not for you]" };

describe("encodeSpan", () => {
  it("writes ids as bytes, times as nanoseconds, and that the parent is no remote one", () => {
    expect(roundTrip({ parentSpanContext: { ...CONTEXT, spanId: "00f067aa0ba902b7" } })).toMatchObject({
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      parentSpanId: "00f067aa0ba902b7",
      startTimeUnixNano: 1_700_000_000_000_000_001n,
      endTimeUnixNano: 1_700_000_001_000_000_002n,
      kind: 1,
      flags: 0x101,
      status: { code: 1, message: "" },
    });
  });

  it.each<[string, HrTime, bigint]>([
    ["before 1970", [-1, 0], 0n],
    ["half a second before 1970, as the SDK splits it", [0, -500_000_000], 0n],
    ["the last that 64 bits hold", [18_446_744_073, 709_551_615], 2n ** 64n - 1n],
    ["one nanosecond later", [18_446_744_073, 709_551_616], 0n],
    ["no number", [NaN, NaN], 0n],
    ["without end", [Infinity, 0], 0n],
    ["nanoseconds over a second", [1, 2_500_000_000], 3_500_000_000n],
    ["nanoseconds below none", [10, -1], 9_999_999_999n],
  ])(
    "writes a time that is %s as nanoseconds, or as unknown where OTLP has no form for it",
    (_, startTime, expected) => {
      expect(roundTrip({ startTime })).toMatchObject({ startTimeUnixNano: expected });
    },
  );

  it("is right about a time before 1970, where the stock serializer says 18 hours later", () => {
    const resource = { attributes: {}, merge: throwing, getRawAttributes: () => [] };
    const span = { ...spanWith({ startTime: [-1, 0] }), resource };
    const stock: { serializeRequest(spans: readonly EndedSpan[]): Uint8Array | undefined } = ProtobufTraceSerializer;
    const decoded = decodeRequest(stock.serializeRequest([span]) ?? new Uint8Array());
    expect(pathOf(decoded, ["resourceSpans", 0, "scopeSpans", 0, "spans", 0, "startTimeUnixNano"])).toBe(
      65_535_000_000_000n,
    );
  });

  it("writes half pairs of surrogates as U+FFFD, and NUL as it is", () => {
    expect(attributesOf({ attributes: { broken: "a\uD800b\0", "k\uDC00": "" } })).toEqual([
      { key: "broken", value: { stringValue: "a\uFFFDb\0" } },
      { key: "k\uFFFD", value: { stringValue: "" } },
    ]);
  });

  it("keeps the other attributes where one throws when it is read", () => {
    const attributes = {
      first: 1,
      last: 2.5,
      get bad() {
        return throwing();
      },
    };
    expect(attributesOf({ attributes })).toEqual([
      { key: "first", value: { intValue: 1n } },
      { key: "last", value: { doubleValue: 2.5 } },
      { key: "bad", value: UNREADABLE },
    ]);
  });

  it("replaces an attribute inside of which something throws, and forgets what of it was written", () => {
    const attributes = {
      bad: {
        name: "x".repeat(500),
        list: [
          1,
          {
            get deep() {
              return throwing();
            },
          },
        ],
      },
      good: true,
    };
    expect(attributesOf({ attributes })).toEqual([
      { key: "bad", value: UNREADABLE },
      { key: "good", value: { boolValue: true } },
    ]);
  });

  it("asks no value for its toJSON", () => {
    expect(attributesOf({ attributes: { value: { toJSON: throwing, a: 1 } } })).toEqual([
      {
        key: "value",
        value: {
          kvlistValue: {
            values: [
              { key: "toJSON", value: {} },
              { key: "a", value: { intValue: 1n } },
            ],
          },
        },
      },
    ]);
  });

  it("replaces what contains itself, in whatever way", () => {
    const list: unknown[] = [];
    list.push(list, list);
    const map: Record<string, unknown> = { text: "x" };
    map["self"] = [map, { map }];
    const text = "[a value that could not be read: RangeError: it is nested too deep, or contains itself]";
    expect(attributesOf({ attributes: { list, map } })).toEqual([
      { key: "list", value: { stringValue: text } },
      { key: "map", value: { stringValue: text } },
    ]);
  });

  it("keeps maps as deep as protobuf's readers take them, 31 in an event, and replaces deeper ones", () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
    const attributes = { deep: nested(31), deeper: nested(32) };
    const values = pathOf(roundTrip({ events: [{ name: "e", time: [1, 0], attributes }] }), [
      "events",
      0,
      "attributes",
    ]);
    expect(pathOf(values, [0, "value", "kvlistValue"])).toBeDefined();
    expect(pathOf(values, [1, "value", "stringValue"])).toContain("nested too deep");
  });

  it("counts a link that cannot be read as dropped, and keeps the others", () => {
    const links = [JSON.parse("{}"), { context: { ...CONTEXT, traceState: { serialize: () => "a=1" } } }];
    expect(roundTrip({ links, droppedLinksCount: 4 })).toMatchObject({
      links: [{ spanId: "b7ad6b7169203331", traceState: "a=1", flags: 0x101 }],
      droppedLinksCount: 5,
    });
  });

  it("leaves out a trace state that throws", () => {
    expect(roundTrip({ spanContext: () => ({ ...CONTEXT, traceState: { serialize: throwing } }) })).toMatchObject({
      traceState: "",
      name: "span",
    });
  });

  it.each(["undefined", "null", "7", "{}", "[]"])("takes %s for a name, from plain JavaScript", (literal) => {
    const name = literal === "undefined" ? undefined : JSON.parse(literal);
    const parts: Partial<EndedSpan> = JSON.parse(JSON.stringify({ kind: "CLIENT", status: { code: "2", message: 5 } }));
    expect(roundTrip({ ...parts, name })).toMatchObject({
      name: literal === "7" ? "7" : "",
      kind: 0,
      status: { code: 0, message: "5" },
    });
  });

  it("encodes a span that ends while another is being encoded", () => {
    const inner = spanWith({ name: "inner", attributes: { text: "i".repeat(1_000) } });
    const encoded: Buffer[] = [];
    const attributes = {
      before: "b".repeat(500),
      get other() {
        encoded.push(Buffer.from(encodeSpan(inner)));
        return "x";
      },
      after: "a",
    };
    const expected = Buffer.from(
      encodeSpan(spanWith({ attributes: { before: "b".repeat(500), other: "x", after: "a" } })),
    );
    expect(Buffer.from(encodeSpan(spanWith({ attributes })))).toEqual(expected);
    expect(encoded).toEqual([Buffer.from(encodeSpan(inner))]);
  });

  it("encodes a span of several megabytes, and gives the memory back", () => {
    const text = "表".repeat(1_000_000);
    const encoded = encodeSpan(spanWith({ attributes: { text, list: [text, text] } }));
    expect(encoded.length).toBeGreaterThan(9_000_000);
    expect(
      pathOf(decodeRequest(encoded), ["resourceSpans", 0, "scopeSpans", 0, "spans", 0, "attributes", 0, "value"]),
    ).toEqual({ stringValue: text });
    expect(encodeSpan(spanWith()).buffer.byteLength).toBeLessThanOrEqual(1_048_576);
  });

  it("uses one memory for spans, one after another", () => {
    expect(encodeSpan(spanWith({ name: "one" })).buffer).toBe(encodeSpan(spanWith({ name: "two" })).buffer);
  });
});
