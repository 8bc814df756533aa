import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeSpan } from "../../src/collector/otlp/encode-span.ts";
import type { EndedSpan } from "../../src/collector/otlp/ended-span.ts";
import { readFields } from "../../src/collector/otlp/proto-reader.ts";
import { asFailed, readSpanNames, withResource } from "../../src/collector/otlp/span-request.ts";
import { decodeRequest } from "./otlp/decode-request.ts";
import { CONTEXT, pathOf, spanWith } from "./otlp/small-spans.ts";

const requestOf = (parts: Partial<EndedSpan> = {}) => Buffer.from(encodeSpan(spanWith(parts)));
const spanIn = (request: Buffer) => pathOf(decodeRequest(request), ["resourceSpans", 0, "scopeSpans", 0, "spans", 0]);

describe("readSpanNames", () => {
  it("reads the ids and the name", () => {
    expect(readSpanNames(requestOf({ name: "表を読む" }))).toEqual({
      traceId: CONTEXT.traceId.toLowerCase(),
      spanId: CONTEXT.spanId,
      name: "表を読む",
    });
  });

  it("reads empty names in any bytes, without throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(Object.keys(readSpanNames(Buffer.from(bytes)))).toEqual(["traceId", "spanId", "name"]);
      }),
    );
    expect(readSpanNames(Buffer.from("no request"))).toEqual({ traceId: "", spanId: "", name: "" });
  });
});

describe("withResource", () => {
  it("puts another resource in the place of the first, its schema too", () => {
    const request = requestOf({
      resource: { attributes: { old: 1 }, schemaUrl: "https://old" },
      instrumentationScope: { name: "scope", version: "1", schemaUrl: "https://scope" },
    });
    const changed = withResource(request, { attributes: { new: "2" }, schemaUrl: "https://new" });
    const [before, after] = [decodeRequest(request), decodeRequest(changed)];
    expect(pathOf(after, ["resourceSpans", 0])).toMatchObject({
      resource: { attributes: [{ key: "new", value: { stringValue: "2" } }] },
      schemaUrl: "https://new",
    });
    expect(pathOf(after, ["resourceSpans", 0, "scopeSpans"])).toEqual(
      pathOf(before, ["resourceSpans", 0, "scopeSpans"]),
    );
  });

  it("gives what is no request as it is", () => {
    const bytes = Buffer.from("no request");
    expect(withResource(bytes, { attributes: {} })).toBe(bytes);
  });
});

describe("asFailed", () => {
  it("ends a span as one that failed, and keeps the rest of it", () => {
    const attributes = { "input.value": "a task" };
    const request = requestOf({ attributes, endTime: [0, 0], status: { code: 0 } });
    const failed = asFailed(request, { message: "It never ended.", endedAtMs: 1_700_000_002_345 });
    expect(spanIn(failed)).toEqual({
      ...Object(spanIn(request)),
      endTimeUnixNano: 1_700_000_002_345_000_000n,
      status: { message: "It never ended.", code: 2 },
    });
  });

  it("takes the place of a status and an end that are there", () => {
    const request = requestOf({ endTime: [5, 6], status: { code: 1, message: "fine" } });
    const failed = asFailed(request, { message: "no", endedAtMs: 7_000 });
    expect(spanIn(failed)).toMatchObject({ endTimeUnixNano: 7_000_000_000n, status: { message: "no", code: 2 } });
  });

  it("gives what is no request as it is", () => {
    const bytes = Buffer.from([0x0a]);
    expect(asFailed(bytes, { message: "no", endedAtMs: 0 })).toBe(bytes);
  });
});

describe("readFields", () => {
  it("gives each field with its place, so that the message can be put together again", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const message = Buffer.from(bytes);
        const fields = readFields(message);
        if (fields === undefined) return;
        expect(Buffer.concat(fields.map(({ start, end }) => message.subarray(start, end)))).toEqual(message);
      }),
      { numRuns: 1_000 },
    );
  });
});
