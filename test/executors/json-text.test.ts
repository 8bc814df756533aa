import { describe, expect, it } from "vitest";
import { toJsonText } from "../../src/executors/json-text.ts";

describe("toJsonText", () => {
  it.each([
    [{ a: [1, null, "x"] }, '{"a":[1,null,"x"]}'],
    [2n ** 70n, '"1180591620717411303424"'],
    [{ n: 1n, nan: NaN, inf: -Infinity }, '{"n":"1","nan":"NaN","inf":"-Infinity"}'],
    [new Map([["a", new Set([1])]]), '[["a",[1]]]'],
    [{ error: new TypeError("no") }, '{"error":"TypeError: no"}'],
    [Symbol("s"), '"Symbol(s)"'],
  ])("writes %o", (value, text) => {
    expect(toJsonText(value)).toBe(text);
  });

  it("leaves undefined undefined", () => {
    expect(toJsonText(undefined)).toBeUndefined();
  });

  it("describes what is cyclic", () => {
    const cyclic: Record<string, unknown> = { name: "loop" };
    cyclic["self"] = cyclic;
    expect(toJsonText(cyclic)).toContain("[Circular *1]");
  });

  it("describes a value whose toJSON throws", () => {
    const broken = { id: 7, toJSON: () => JSON.parse("{") };
    expect(toJsonText(broken)).toContain("id: 7");
  });

  it("describes a function", () => {
    expect(toJsonText(() => 1)).toBe('"[Function (anonymous)]"');
  });
});
