import { describe, expect, it } from "vitest";
import { CodeExecutionError, ConfigurationError } from "../../src/errors.ts";
import { prepareCode } from "../../src/executors/prepare-code.ts";
import { SandboxExecutor } from "../../src/executors/sandbox-executor.ts";
import { openModules } from "./open-sandbox.ts";

const STATS = `export const mean = (values) => sum(values) / values.length;
export function sum(values) { return values.reduce((left, right) => left + right, 0); }
export default class Counter { count = 0; up() { return ++this.count; } }
`;
const modules = {
  "simple-stats": STATS,
  shared:
    'import { sum } from "simple-stats"; export const counter = { count: 0, add: (v) => (counter.count += sum(v)) };',
  all: 'export * from "simple-stats";',
  slow: "export const value = await Promise.resolve(11);",
};

const UNWORKABLE: (readonly [sources: Readonly<Record<string, string>>, message: RegExp])[] = [
  [
    { broken: "\nexport const = 1" },
    /The module "broken" is no ES module: Unexpected token \(line 2: export const = 1\)/,
  ],
  [{ lonely: 'import "missing"; export const a = 1;' }, /"lonely" imports "missing", which is not among/],
  [{ one: "", two: 'import { a } from "one";' }, /"two" imports "a" from "one", which does not export it/],
  ...["", "./stats", "/stats", "my stats", 'a"b', "code-1.js"].map(
    (name) => [{ [name]: "" }, /is no name for a module/] as const,
  ),
];

describe("authorised modules", () => {
  it.each([
    ['import { mean } from "simple-stats"; mean([1, 3])', 2],
    ['import { mean as average, sum } from "simple-stats"; average([sum([1, 1]), 4])', 3],
    ['import Counter from "simple-stats"; new Counter().up()', 1],
    ['import Counter, { sum } from "simple-stats"; sum([new Counter().up(), 1])', 2],
    ['import * as stats from "simple-stats"; stats.sum([2, 2])', 4],
    ['import Counter, * as stats from "simple-stats"; stats.sum([new Counter().up()])', 1],
    ['import "simple-stats"; 5', 5],
    ['const { sum } = await import("simple-stats"); sum([3, 3])', 6],
    ['import { sum } from "all"; sum([7])', 7],
    ['import {\n  sum,\n} from "simple-stats";\nsum([8])', 8],
    ['const total = sum([9]);\nimport { sum } from "simple-stats"\ntotal', 9],
    ['function all() { return sum([1, 9]) }\nclass A { n = all() }\nimport { sum } from "simple-stats";new A().n', 10],
    ['import { value } from "slow"; value', 11],
  ])("are imported by `%s`", async (code, value) => {
    const { run } = openModules(modules);
    expect((await run(code)).value).toBe(value);
  });

  it("keep what was imported, and their own state, from step to step, also after a suspend", async () => {
    const { run, executor } = openModules(modules);
    await run('import { counter } from "shared"; counter.add([1, 2])');
    await executor.suspend();
    expect((await run("counter.add([4])")).value).toBe(7);
    expect((await run('import { counter as again } from "shared"; again.count')).value).toBe(7);
  });

  it("leave the lines of the code where they are", async () => {
    const { run } = openModules(modules);
    const code = 'import {\n  sum,\n} from "simple-stats";\nconst a = sum([1]);\na.missing.field';
    await expect(run(code)).rejects.toMatchObject({ line: 5 });
  });

  it.each([
    [
      'import { median } from "simple-stats";',
      /"simple-stats" does not export "median" \(line 2: .*\)\. It exports: mean, sum, default/,
    ],
    [
      'import lodash from "lodash";',
      /"lodash" cannot be imported \(line 2: import lodash from "lodash";\)\. What can be imported: simple-stats, shared, all/,
    ],
    ['import x from "./x.js";', /"\.\/x\.js" cannot be imported/],
    ['import { readFile } from "node:fs/promises";', /"node:fs\/promises" cannot be imported/],
    ['const f = () => import("node:fs");', /"node:fs" cannot be imported \(line 2/],
    [
      'require("simple-stats")',
      /"simple-stats": there is no require\(\) here \(line 2: .*What can be imported: simple-stats/,
    ],
  ])("are all that can be imported: `%s` runs nothing", async (code, message) => {
    const { run } = openModules(modules);
    const failure: unknown = await run(`globalThis.ran = true;\n${code}`).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CodeExecutionError);
    expect(failure).toMatchObject({ message: expect.stringMatching(message), line: 2 });
    expect(String(failure)).toMatch(/Nothing was run/);
    expect((await run("typeof ran")).value).toBe("undefined");
  });

  it("are all that a name put together at run time can mean", async () => {
    const { run } = openModules(modules);
    await expect(run('await import("node:" + "fs")')).rejects.toThrow(/"node:fs" cannot be imported.*simple-stats/);
  });

  it("compute within the limits of the code", async () => {
    const executor = new SandboxExecutor({ cpuMs: 100 }, { modules: { endless: "for (;;) {}" } });
    const options = { tools: {}, finalAnswer: async (answer: unknown) => answer };
    await expect(executor.run('import "endless";', options)).rejects.toThrow(/more than 100 ms/);
    await executor.suspend();
  });

  it.each(UNWORKABLE)("that cannot work are refused when the sandbox is made: %j", (sources, message) => {
    const create = (): unknown => new SandboxExecutor({}, { modules: sources });
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(message);
  });

  it("shadow nothing, whatever they are called", async () => {
    const names = ["constructor", "toString", "Math", "console", "finalAnswer", "search", "__proto__", "std", "os"];
    const { run } = openModules(Object.fromEntries(names.map((name) => [name, "export const fake = true;"])));
    const tools = { search: async () => "found" };
    const code = `import "Math"; import { fake } from "__proto__"; import "search"; import "constructor";
      [fake, Math.abs(-1), await search(), {}.constructor === Object, typeof std, typeof os]`;
    expect((await run(code, { tools })).value).toEqual([true, 1, "found", true, "undefined", "undefined"]);
    expect((await run('import "finalAnswer"; finalAnswer(7)')).isFinalAnswer).toBe(true);
  });

  it("use up the memory of the code", async () => {
    const hog = "export const all = []; for (;;) all.push(new Uint8Array(10_000));";
    const executor = new SandboxExecutor({ memoryBytes: 16 * 2 ** 20 }, { modules: { hog } });
    const options = { tools: {}, finalAnswer: async (answer: unknown) => answer };
    await expect(executor.run('import "hog";', options)).rejects.toThrow(/more than 16 MiB of memory/);
    await expect(executor.run("1 + 1", options)).resolves.toMatchObject({ value: 2 });
    await executor.suspend();
  });

  it("may not be imported under the name of a tool", () => {
    const options = { reservedNames: ["search"], modules: new Map([["m", undefined]]) };
    expect(() => prepareCode('import { search } from "m";', options)).toThrow(/would erase the tool/);
  });

  it("may not be imported as what the sandbox itself gives", async () => {
    const { run } = openModules(modules);
    await expect(run('import { sum as finalAnswer } from "simple-stats";')).rejects.toThrow(/would erase the tool/);
  });
});

describe("errors in modules", () => {
  const faulty = {
    faulty:
      "export const now = (x) => {\n  return x.deep.er;\n};\nexport const later = async () => {\n  await 0;\n  null.x;\n};",
    "at-start": "\n\nthrow new Error('no');",
    caller: "export const call = () => search({});\n",
  };

  it.each([
    ["1;\nnow({})", 2, 'of undefined, in line 2 of the module "faulty" (line 2: now({}))'],
    ["1;\nawait later()", undefined, 'of null, in line 6 of the module "faulty"'],
    ['1;\nimport "at-start";', undefined, 'Error: no, in line 3 of the module "at-start"'],
  ])("name the module, and the line of the step that called it: `%s`", async (code, line, message) => {
    const { run } = openModules(faulty);
    await run('import { now, later } from "faulty";');
    const failure: unknown = await run(code).catch((error: unknown) => error);
    expect(failure).toMatchObject({ line, message: expect.stringMatching(/^\w*Error/) });
    expect(failure).toHaveProperty("message", expect.stringContaining(message));
    expect(String(failure).endsWith(message)).toBe(true);
  });

  it("say so of a tool that a module calls", async () => {
    const { run } = openModules(faulty);
    const cause = new Error("no network");
    const tools = { search: async () => Promise.reject(cause) };
    await expect(run('import { call } from "caller";\nawait call()', { tools })).rejects.toMatchObject({
      message: 'no network, in line 1 of the module "caller" (line 2: await call())',
      cause,
    });
  });

  it("say nothing of a module that code of the step was called by", async () => {
    const { run } = openModules({ each: "export const each = (f) => [1].forEach(f);" });
    await expect(run('import { each } from "each";\neach((x) => {\n  x.a.b;\n});')).rejects.toMatchObject({
      message: "TypeError: cannot read property 'b' of undefined (line 3: x.a.b;)",
      line: 3,
    });
  });
});
