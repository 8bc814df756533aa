import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePartialSuccess } from "../../../src/collector/otlp/partial-success.ts";

/** Tag 0x0a is field 1, length-delimited; inside, 0x08 is rejected_spans and 0x12 error_message. */
const bytes = (...values: readonly (number | string)[]) =>
  Buffer.concat(values.map((value) => (typeof value === "string" ? Buffer.from(value) : Buffer.from([value]))));

describe("decodePartialSuccess", () => {
  it.each([
    ["count and message", bytes(0x0a, 0x07, 0x08, 0x2a, 0x12, 0x03, "no!"), { rejectedSpans: 42, errorMessage: "no!" }],
    ["a count of two bytes", bytes(0x0a, 0x03, 0x08, 0xac, 0x02), { rejectedSpans: 300, errorMessage: "" }],
    ["a warning", bytes(0x0a, 0x06, 0x12, 0x04, "slow"), { rejectedSpans: 0, errorMessage: "slow" }],
    ["a message of another script", bytes(0x0a, 0x05, 0x12, 0x03, "表"), { rejectedSpans: 0, errorMessage: "表" }],
    [
      "fields that it does not know, behind those that it does",
      bytes(0x10, 0x01, 0x0a, 0x0b, 0x08, 0x01, 0x19, "12345678", 0x1d, "1234"),
      { rejectedSpans: 1, errorMessage: "" },
    ],
    [
      "unknown fields around it",
      bytes(0x10, 0x01, 0x0a, 0x07, 0x1d, "1234", 0x08, 0x01),
      { rejectedSpans: 1, errorMessage: "" },
    ],
    ["a message that is no UTF-8", bytes(0x0a, 0x03, 0x12, 0x01, 0xff), { rejectedSpans: 0, errorMessage: "\uFFFD" }],
    ["nothing", bytes(), undefined],
    ["an empty one", bytes(0x0a, 0x00), undefined],
    ["zero and no message", bytes(0x0a, 0x02, 0x08, 0x00), undefined],
    ["a negative count", bytes(0x0a, 0x0b, 0x08, ...Array(9).fill(0xff), 0x01), undefined],
    ["a length past the end", bytes(0x0a, 0x7f, 0x08, 0x01), undefined],
    ["a number without an end", bytes(0x0a, 0x02, 0x08, 0xff), undefined],
    ["a number of eleven bytes", bytes(...Array(11).fill(0xff)), undefined],
    ["JSON", bytes('{"partialSuccess":{"rejectedSpans":3}}'), undefined],
    ["a page", bytes("<html><body>502 Bad Gateway</body></html>"), undefined],
  ])("reads %s", (_, body, expected) => {
    expect(decodePartialSuccess(body)).toEqual(expected);
  });

  it("takes any bytes without throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (body) => {
        const rejected = decodePartialSuccess(body)?.rejectedSpans ?? 0;
        expect(rejected).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});
