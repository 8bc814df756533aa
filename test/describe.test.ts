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

const LIMITED = { maxLength: 1000 };

group("a description of limited length", () => {
  it.each<[string, unknown]>([
    ["a list", Array.from({ length: 5000 }, (_, index) => index)],
    ["lists in lists", Array.from({ length: 300 }, () => Array.from({ length: 300 }, () => "x"))],
    ["an object", Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, index]))],
    ["a map", new Map(Array.from({ length: 5000 }, (_, index) => [index, index]))],
    ["numbers in a typed array", { all: new Float64Array(5000) }],
    ["a long text", { text: "x".repeat(5000), after: 1 }],
    ["a text of escapes", { text: "\n".repeat(5000) }],
  ])("stays JSON, and says that something is missing, of %s", (_what, value) => {
    const { text, isJson } = describeAs(value, LIMITED);
    expect([isJson, text.length < 2000, JSON.stringify(JSON.parse(text))]).toEqual([true, true, text]);
    expect(text).toMatch(/… \[\d+ (items|fields|characters) were cut out here\] …/);
  });

  it("is whole where there is room", () => {
    expect(describeAs({ a: [1, "b"], c: new Set([null]) }, LIMITED)).toEqual({
      text: '{"a":[1,"b"],"c":[null]}',
      isJson: true,
    });
  });

  it("looks at nothing that it does not show", () => {
    let reads = 0;
    const item = {
      get n() {
        return ++reads;
      },
    };
    describeAs(
      Array.from({ length: 10_000 }, () => item),
      LIMITED,
    );
    expect(reads).toBeLessThan(1000);
  });

  it("shows what stands after a text that is too long", () => {
    expect(describeAs({ text: "x".repeat(5000), after: "here" }, LIMITED).text).toMatch(/"after":"here"\}$/);
  });
});

group("bytes in data", () => {
  it("are never written as a list of numbers first", () => {
    const page = Object.defineProperty(Buffer.alloc(8), "toJSON", { value: no });
    expect(describe({ page })).toBe('{"page":"[8 bytes]"}');
  });
});

group("data", () => {
  it.each<[string, unknown]>([
    ["what is undefined", { a: undefined, b: [undefined, () => {}, Symbol("s")] }],
    ["a date", { at: new Date(0) }],
    ["boxed values", [Object(1), Object("a"), Object(true)]],
    ["an own __proto__", JSON.parse('{"__proto__":{"a":1}}')],
    ["its own JSON", { toJSON: (key: string) => `key ${key}` }],
    ["a number that toJSON gives", { toJSON: () => 5 }],
    ["holes", Array.from({ length: 2 })],
    ["odd keys", { "": -0, '"': "\ud800", "10": 1, "2": 2 }],
    ["nothing", [{}, []]],
  ])("is written as JSON.stringify writes it: %s", (_what, value) => {
    expect(describe(value)).toBe(JSON.stringify(value));
  });

  it("is read once", () => {
    let reads = 0;
    describe({
      get type() {
        reads++;
        return "Buffer";
      },
    });
    expect(reads).toBe(1);
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
