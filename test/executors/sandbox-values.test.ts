import { describe, expect, it } from "vitest";
import { openSandbox, shareSandbox } from "./open-sandbox.ts";

describe("SandboxExecutor: the last value", () => {
  const { run } = shareSandbox();

  it.each([
    ["a number", "6 * 7", 42, "42"],
    ["a string, as it is", "'a\\nb\\u0000c'", "a\nb\0c", "a\nb\0c"],
    ["undefined", "undefined", undefined, "undefined"],
    ["nothing", "const a = 1;", undefined, "undefined"],
    ["null", "null", null, "null"],
    ["an object", "({ a: 1, 'b-c': [true, 'x'] })", { a: 1, "b-c": [true, "x"] }, '{ a: 1, "b-c": [ true, "x" ] }'],
    ["a promise, awaited", "Promise.resolve(Promise.resolve(5))", 5, "5"],
    ["a big integer", "2n ** 70n", "1180591620717411303424", "1180591620717411303424n"],
    ["NaN", "0 / 0", "NaN", "NaN"],
    ["a function, described", "(function add() {})", "[Function: add]", "[Function: add]"],
    ["a symbol, described", "Symbol('s')", "Symbol(s)", "Symbol(s)"],
    ["a date", "new Date(0)", "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"],
  ])("is %s", async (_claim, code, value, text) => {
    await expect(run(code)).resolves.toEqual({ value, text, logs: "", isFinalAnswer: false });
  });

  it("is text where it is cyclic", async () => {
    await expect(run("const a = { n: 1 }; a.self = a; a")).resolves.toMatchObject({
      value: "{ n: 1, self: [Circular] }",
      text: "{ n: 1, self: [Circular] }",
    });
  });

  it("keeps a __proto__ key a key", async () => {
    const { value } = await run(`JSON.parse('{"__proto__": {"admin": true}}')`);
    expect(value).not.toHaveProperty("admin");
    expect(JSON.stringify(value)).toBe('{"__proto__":{"admin":true}}');
  });

  it("has a text that is cut where it is long", async () => {
    const { value, text } = await run("'x'.repeat(1_000_000)");
    expect(value).toHaveLength(1_000_000);
    expect(text).toMatch(/^x+… \[737856 more characters\]$/);
  });

  it("is its text where its JSON is too long to be copied", async () => {
    const { value, text } = await run("'x'.repeat(5_000_000)");
    expect(value).toBe(text);
  });
});

describe("SandboxExecutor: console", () => {
  const { run } = shareSandbox();
  const printed = async (code: string): Promise<string> => (await run(code)).logs;

  it("joins the lines of all methods, and tells each as it comes", async () => {
    const lines: string[] = [];
    const code = "console.log('a', 1); console.info('b'); console.warn('c'); console.error('d'); console.debug()";
    const { logs } = await run(code, { onLog: (line) => lines.push(line) });
    expect(logs).toBe("a 1\nb\nc\nd\n");
    expect(lines).toEqual(["a 1", "b", "c", "d", ""]);
  });

  it("tells a line before the code has ended", async () => {
    const events: string[] = [];
    const tools = { ask: async () => void events.push("asked") };
    await run("console.log('before'); await ask(); console.log('after')", {
      tools,
      onLog: (line) => events.push(line),
    });
    expect(events).toEqual(["before", "asked", "after"]);
  });

  it.each([
    ["new Map([['a', { b: 1 }]])", 'Map(1) { "a" => { b: 1 } }'],
    ["new Set([1, 'x'])", 'Set(2) { 1, "x" }'],
    ["new Map()", "Map(0) {}"],
    ["[]", "[]"],
    ["[, 1]", "[ <empty>, 1 ]"],
    ["new Uint8Array(3)", "Uint8Array(3) [ 0, 0, 0 ]"],
    ["/a\\/b/gi", "/a\\/b/gi"],
    ["new Date(NaN)", "Invalid Date"],
    ["class A {}; new A()", "A {}"],
    ["Object.create(null)", "{}"],
    ["new Error('no')", "[Error: no]"],
    ["new (class Odd extends TypeError {})('no')", "[TypeError: no]"],
    ["Promise.resolve(1)", "[Promise: await it]"],
    ["new Proxy({}, {})", "[Proxy]"],
    ["({ get x() { throw 1 } })", "{ x: [Getter] }"],
    ["[1n, null, undefined, Symbol('s')]", "[ 1n, null, undefined, Symbol(s) ]"],
    ["({ a: { b: { c: { d: { e: { f: { g: 1 } } } } } } })", "{ a: { b: { c: { d: { e: { f: [Object] } } } } } }"],
  ])("shows %s", async (code, text) => {
    const [, declaration = "", value = code] = /^(class.*?;)?(.*)$/.exec(code) ?? [];
    await expect(printed(`${declaration} console.log(${value})`)).resolves.toBe(text);
  });

  it("breaks what is long into lines", async () => {
    const row = "{ city: 'Guangzhou', inhabitants: 15_000_000, country: 'China' }";
    await expect(printed(`console.log({ rows: [${row}, ${row}] })`)).resolves.toBe(
      [
        "{",
        "  rows: [",
        '    { city: "Guangzhou", inhabitants: 15000000, country: "China" },',
        '    { city: "Guangzhou", inhabitants: 15000000, country: "China" }',
        "  ]",
        "}",
      ].join("\n"),
    );
  });

  it("keeps many short items on one line, and counts those left out", async () => {
    const text = await printed("console.log(Array.from({ length: 150 }, (_, i) => i))");
    expect(text).toMatch(/^\[ 0, 1, 2, .*, 99, … 50 more \]$/);
  });

  it("counts what is left out of a map, a set and an object", async () => {
    const entries = "Array.from({ length: 102 }, (_, i) => [`k${i}`, i])";
    const code = `const e = ${entries}; console.log(new Map(e)); console.log(new Set(e.flat())); console.log(Object.fromEntries(e))`;
    const text = await printed(code);
    expect([text.includes("Map(102) {"), text.includes("Set(204) {"), text.match(/… 2 more/g)?.length]).toEqual([
      true,
      true,
      2,
    ]);
  });

  it("shows a graph with 2^30 paths at once", async () => {
    const text = await printed("let a = { x: 1 }; for (let i = 0; i < 30; i++) a = { l: a, r: a }; console.log(a)");
    expect(text).toContain("[Object]");
  });

  it("shows an array of the greatest length at once", async () => {
    const text = await printed("const a = []; a.length = 2 ** 32 - 1; console.log(a)");
    expect(text).toContain("… 4294967195 more");
  });

  it("runs no guest code to show a value", async () => {
    const code = `
      let calls = 0;
      const spy = { get() { calls++ } };
      for (const [owner, key] of [[RegExp.prototype, "flags"], [Date.prototype, "toISOString"], [Map.prototype, "size"], [Array.prototype, "map"]])
        Object.defineProperty(owner, key, { get() { calls++; return undefined } });
      const r = /a/g; Object.defineProperty(r, "global", { get() { calls++ } });
      console.log(r, new Date(0), new Map([[1, 2]]), [1], { toString() { calls++ }, toJSON() { calls++ }, get x() { calls++ } }, new Proxy({}, { get() { calls++ }, ownKeys() { calls++; return [] } }));
      const seen = calls; seen`;
    const { value, logs } = await openSandbox().run(code);
    expect(logs).toContain("/a/g 1970-01-01T00:00:00.000Z Map(1) { 1 => 2 } [ 1 ]");
    expect(value).toBe(0);
  });

  it("drops what is printed beyond the limit, and says so", async () => {
    const text = await printed("for (let i = 0; i < 100; i++) console.log('x'.repeat(10_000))");
    expect(text.length).toBeLessThan(270_000);
    expect(text).toMatch(/\[The rest is dropped: a step prints at most 262144 characters\.\]$/);
  });
});
