import { describe, expect, it } from "vitest";
import { tool } from "vitrine";
import { z } from "zod";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();

describe("the result of a tool", () => {
  it.each([
    ["a number", 7, "7", "application/json"],
    ["an object", { a: [1] }, '{"a":[1]}', "application/json"],
    ["null", null, "null", "application/json"],
    ["a map", new Map([["a", 1]]), '[["a",1]]', "application/json"],
    ["an error in an object", { error: new TypeError("no") }, '{"error":"TypeError: no"}', "application/json"],
    ["a function", parseInt, "[Function: parseInt]", "text/plain"],
    ["a text", "hi", "hi", "text/plain"],
    ["a BigInt in an object", { n: 10n }, '{"n":"10"}', "application/json"],
  ])("is described when it is %s", async (_kind, value, text, mimeType) => {
    const giving = tool({ name: "give", description: "Gives.", inputSchema: z.object({}), execute: () => value });
    expect(await giving.call({})).toBe(value);
    expect(traces.span("give").attributes).toMatchObject({ "output.value": text, "output.mime_type": mimeType });
  });

  it("stays JSON when it is far too long, and is cut as a text when it is one", async () => {
    const values = [Array.from({ length: 300_000 }, (_, index) => index), "x".repeat(2_000_000)];
    for (const value of values) {
      await tool({ name: "give", description: "Gives.", inputSchema: z.object({}), execute: () => value }).call({});
    }
    const [list = "", text = ""] = traces.spans().map(({ attributes }) => String(attributes["output.value"]));
    expect(Array.isArray(JSON.parse(list))).toBe(true);
    expect([list, text].map((each) => /… \[\d+ (items|characters) were cut out here\] …/.test(each))).toEqual([
      true,
      true,
    ]);
    expect(traces.spans().map(({ attributes }) => attributes["output.mime_type"])).toEqual([
      "application/json",
      "text/plain",
    ]);
  });

  it("is described when it contains itself, or has a getter that throws", async () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const throwing = Object.defineProperty({}, "bad", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    for (const value of [cyclic, throwing]) {
      await tool({ name: "give", description: "Gives.", inputSchema: z.object({}), execute: () => value }).call({});
    }
    expect(traces.spans().map(({ attributes, status }) => [typeof attributes["output.value"], status.code])).toEqual([
      ["string", 1],
      ["string", 1],
    ]);
  });
});
