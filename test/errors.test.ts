import { describe, expect, it } from "vitest";
import { toError } from "../src/errors.ts";

const no = (): never => {
  throw new Error("no");
};

describe("toError", () => {
  it("gives an error back, the very same", () => {
    const error = new TypeError("no");
    expect(toError(error)).toBe(error);
  });

  it.each<[string, unknown, string]>([
    ["a text", "no road", "no road"],
    ["undefined", undefined, "undefined"],
    ["data", { code: 1 }, '{"code":1}'],
    ["a function", no, String(no)],
    ["what is no JSON", { n: 1n }, "a value that cannot be shown"],
    ["a proxy that tells no prototype", new Proxy({}, { getPrototypeOf: no }), "{}"],
    [
      "a proxy that tells nothing",
      new Proxy({}, { get: no, ownKeys: no, getPrototypeOf: no }),
      "a value that cannot be shown",
    ],
  ])("makes an error of %s, with what was thrown as its cause", (_what, thrown, message) => {
    const error = toError(thrown);
    expect([error.message, Object.is(error.cause, thrown)]).toEqual([message, true]);
  });
});
