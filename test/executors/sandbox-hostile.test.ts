import { describe, expect, it } from "vitest";
import { openSandbox, type Sandbox, shareSandbox } from "./open-sandbox.ts";

const tools = { add: async (input: unknown) => input, fail: async () => Promise.reject(new Error("boom")) };

const HEALTHY = { value: { n: [1, { deep: true }] }, logs: "boom { n: [ 1, { deep: true } ] }" };

/** Uses everything that a step needs: calls, failures, the console, values, a new declaration. */
async function healthOf({ run }: Pick<Sandbox, "run">): Promise<unknown> {
  const code = `
    const probe = await add({ n: [1, { deep: true }] });
    try { await fail() } catch (error) { console.log(error.message, probe) }
    probe;`;
  const { value, logs } = await run(code, { tools });
  return { value, logs };
}

describe("SandboxExecutor against code that replaces built-ins", () => {
  const sandbox = shareSandbox();

  it.each([
    ["a then on every object", "Object.prototype.then = function () {}"],
    [
      "a then on every object, defined",
      "try { Object.defineProperty(Object.prototype, 'then', { value() {} }) } catch {}",
    ],
    ["another JSON", "JSON.parse = JSON.stringify = () => 'no'; globalThis.JSON = null"],
    ["another Promise", "Promise.prototype.then = () => {}; Promise.resolve = null; globalThis.Promise = null"],
    ["another call and apply", "Function.prototype.call = Function.prototype.apply = () => {}; Reflect.apply = null"],
    ["other maps", "WeakMap.prototype.get = WeakMap.prototype.set = () => 1; Map.prototype.entries = null"],
    ["other objects", "Object.keys = Object.defineProperty = Reflect.defineProperty = () => []; globalThis.Object = 1"],
    ["another array iterator", "Array.prototype[Symbol.iterator] = null; Array.prototype.push = null"],
    ["other errors", "Error.stackTraceLimit = 0; globalThis.Error = 1; Error = null"],
    ["setters on array indices", "Object.defineProperty(Array.prototype, '0', { set() {}, get() { return 9 } })"],
    ["no global object", "for (const key of Reflect.ownKeys(globalThis)) { try { delete globalThis[key] } catch {} }"],
  ])("works on after %s, and all before", async (_claim, attack) => {
    await sandbox.run(`${attack}; 1`, { tools }).catch(() => {});
    await expect(healthOf(sandbox)).resolves.toEqual(HEALTHY);
  });

  it("works on after all of it in a new thread", async () => {
    await sandbox.executor.suspend();
    await expect(healthOf(sandbox)).resolves.toEqual(HEALTHY);
  });
});

describe("SandboxExecutor against hostile code", () => {
  it("works on after loops that were left behind in the queue of jobs", async () => {
    const sandbox = openSandbox({ cpuMs: 300 });
    const code = "(async () => { for (;;) await 0 })(); (async () => { for (;;) await 0 })()";
    await expect(sandbox.run(code)).rejects.toThrow("computed for more than 300 ms");
    await expect(sandbox.run(code)).rejects.toThrow("computed for more than 300 ms");
    await expect(healthOf(sandbox)).resolves.toEqual(HEALTHY);
  });

  it("ends built-ins that no interrupt reaches", async () => {
    const attacks = [
      "const q = []; q.length = 2 ** 32 - 1; q.join('x')",
      "let a = [1]; for (let i = 0; i < 30; i++) a = [a, a]; JSON.stringify(a).length",
      "let b = { x: 1 }; for (let i = 0; i < 30; i++) b = { l: b, r: b }; b",
      "const r = []; r.length = 2 ** 32 - 1; r.reverse()",
    ];
    await Promise.all(
      attacks.map(async (attack) => {
        const sandbox = openSandbox({ cpuMs: 300 });
        await expect(sandbox.run(attack)).rejects.toThrow(/The code was stopped|out of memory|RangeError|TypeError/);
        await expect(healthOf(sandbox)).resolves.toEqual(HEALTHY);
      }),
    );
  });

  it.each([
    ["a string that doubles", "let s = 'x'; for (;;) s += s"],
    ["one huge repeat", "'x'.repeat(2 ** 29)"],
    ["typed arrays", "const keep = []; for (;;) keep.push(new Uint8Array(1e6))"],
    ["a map", "const m = new Map(); for (let i = 0; ; i++) m.set(i, {})"],
    ["closures", "let f = () => 0; for (;;) { const g = f; f = () => g }"],
    ["promises", "const p = []; for (;;) p.push(new Promise(() => {}))"],
    ["rejections that nobody handles", "for (;;) Promise.reject(new Array(1e4).fill(0))"],
    ["calls that are refused", "for (;;) add({}).catch(() => {})"],
  ])("outlives %s", async (_claim, attack) => {
    const sandbox = openSandbox({ memoryBytes: 8 * 2 ** 20, cpuMs: 1_000 });
    await expect(sandbox.run(attack, { tools })).rejects.toThrow(
      /needed more than 8 MiB|computed for more than|RangeError|string too long|boom|refused/,
    );
    await expect(healthOf(sandbox)).resolves.toEqual(HEALTHY);
  });

  it("makes errors of deep recursion, as often as it happens", async () => {
    const sandbox = openSandbox();
    const dive = "function dive() { return dive() + 1 } let said = ''; try { dive() } catch (e) { said = e.name } said";
    await expect(sandbox.run(dive)).resolves.toMatchObject({ value: "RangeError" });
    await expect(sandbox.run("dive()")).rejects.toThrow("RangeError: Maximum call stack size exceeded");
    await expect(sandbox.run("JSON.parse('['.repeat(1e5) + ']'.repeat(1e5))")).rejects.toThrow(
      /RangeError|SyntaxError/,
    );
    await expect(sandbox.run("let n = []; for (let i = 0; i < 1e5; i++) n = [n]; String(n)")).rejects.toThrow(
      "RangeError",
    );
    await expect(healthOf(sandbox)).resolves.toEqual(HEALTHY);
  });

  it("gives and prints what is nested very deep", async () => {
    const sandbox = openSandbox();
    const { text } = await sandbox.run("let n = []; for (let i = 0; i < 1e5; i++) n = [n]; console.log(n); n");
    expect(text).toBe("[ [ [ [ [ [ [Array] ] ] ] ] ] ]");
    await expect(healthOf(sandbox)).resolves.toEqual(HEALTHY);
  });
});

describe("SandboxExecutor against hostile errors", () => {
  const { run } = shareSandbox();

  it.each([
    ["a huge message", "throw new Error('x'.repeat(1e6))"],
    ["a huge name", "throw Object.assign(new Error('x'), { name: 'n'.repeat(1e6) })"],
    ["a huge value", "throw 'x'.repeat(1e6)"],
  ])("cuts %s", async (_claim, code) => {
    const error = await run(code).catch((caught: unknown) => caught);
    expect(error).toHaveProperty("message", expect.stringMatching(/^.{8000,9000}$/s));
  });

  it.each([
    [
      "a message that is computed",
      "throw Object.defineProperty(new Error(), 'message', { get() { for (;;); } })",
      "Error",
    ],
    [
      "a stack that is none",
      "const e = new Error('odd'); Object.defineProperty(e, 'stack', { value: {} }); throw e",
      "Error: odd (line 1",
    ],
    [
      "a proxy for a prototype",
      "throw Object.setPrototypeOf(new Error('odd'), new Proxy({}, { get() { for (;;); } }))",
      "Error: odd",
    ],
    ["a proxy", "throw new Proxy(new Error('odd'), { get() { for (;;); } })", "[Proxy] was thrown"],
    [
      "a function that poses as a line",
      "const f = { ['code-1.js:x']() { throw new Error('odd') } }; f['code-1.js:x']()",
      "Error: odd",
    ],
  ])("reads %s without running it", async (_claim, code, message) => {
    await expect(run(code)).rejects.toThrow(message);
  });
});
