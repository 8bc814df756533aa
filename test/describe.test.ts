import { describe as group, expect, it } from "vitest";
import { describe, describeAs, toJson } from "../src/describe.ts";

const no = (): never => {
  throw new Error("no");
};
const cyclic: unknown[] = [];
cyclic.push(cyclic);
const withGetter = Object.defineProperty({}, "bad", { enumerable: true, get: no });
const revoked = Proxy.revocable({}, {});
revoked.revoke();

group("a description", () => {
  it.each<[string, unknown, string]>([
    ["a text", "as it is", "as it is"],
    ["data", { a: [1, null] }, '{"a":[1,null]}'],
    ["a big integer in data", { n: 10n }, '{"n":"10"}'],
    ["what is no number in data", [Number.NaN], '["NaN"]'],
    ["an error", new TypeError("no"), "TypeError: no"],
    ["a pattern", /a+/, "/a+/"],
    ["a map in data", { m: new Map([["a", 1]]) }, '{"m":[["a",1]]}'],
    ["bytes", new Uint8Array(3), "[3 bytes]"],
    ["a Buffer", Buffer.from("secret"), "[6 bytes]"],
    ["the bytes of an ArrayBuffer", new ArrayBuffer(5), "[5 bytes]"],
    ["a view on bytes", new DataView(new ArrayBuffer(4)), "[4 bytes]"],
    ["bytes in data", { page: new Uint8Array(3), text: "a" }, '{"page":"[3 bytes]","text":"a"}'],
    ["a Buffer in data", { page: Buffer.from("secret") }, '{"page":"[6 bytes]"}'],
    ["a function", parseInt, "[Function: parseInt]"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["undefined", undefined, "undefined"],
    ["keys that are no texts", new Map([[{ a: 1 }, 1]]), '[[{"a":1},1]]'],
  ])("writes %s", (_kind, value, text) => {
    expect(describe(value)).toBe(text);
  });

  it.each([
    ["contains itself", cyclic],
    ["has a getter that throws", withGetter],
    ["has a toJSON that throws", { toJSON: no }],
    ["is a proxy that is no more", revoked.proxy],
    ["is a proxy that tells no prototype", new Proxy({}, { getPrototypeOf: no })],
    ["is a proxy that tells nothing", new Proxy({}, { get: no, has: no, ownKeys: no, getPrototypeOf: no })],
    ["holds such a proxy", { inner: [new Proxy({}, { get: no, getPrototypeOf: no })] }],
    ["is an error that cannot be read", new Proxy(new Error("x"), { get: no })],
  ])("gives a text, and throws nothing, for what %s", (_kind, value) => {
    expect(describe(value)).not.toBe("");
  });

  it("takes no room of a text that is as large as the bytes", () => {
    expect(describe({ all: new Uint8Array(5_000_000) }).length).toBeLessThan(100);
  });
});

group("a description, as it is told", () => {
  it.each([
    ["data", { a: 1 }, true],
    ["a number", 7, true],
    ["null", null, true],
    ["a text", "{}", false],
    ["bytes", new Uint8Array(3), false],
    ["an error", new Error("no"), false],
    ["a function", parseInt, false],
    ["what contains itself", cyclic, false],
  ])("says of %s whether it is JSON", (_kind, value, isJson) => {
    expect(describeAs(value).isJson).toBe(isJson);
  });
});

group("JSON", () => {
  it("keeps bytes, which are data to whoever reads it again", () => {
    expect(JSON.parse(toJson({ b: Buffer.from([1, 2]) }) ?? "")).toEqual({ b: { type: "Buffer", data: [1, 2] } });
  });

  it("gives undefined for what is no data", () => {
    expect([toJson(cyclic), toJson(parseInt), toJson(withGetter)]).toEqual([undefined, undefined, undefined]);
  });
});
