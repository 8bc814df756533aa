import { describe, expect, it } from "vitest";
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
};

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
      /"simple-stats" does not export "median"\. It exports: mean, sum, default/,
    ],
    ['import lodash from "lodash";', /"lodash" cannot be imported\. What can be imported: simple-stats, shared, all/],
    ['import x from "./x.js";', /"\.\/x\.js" cannot be imported/],
    ['require("simple-stats")', /There is no require\(\) here\. What can be imported: simple-stats/],
  ])("are all that can be imported: `%s` runs nothing", async (code, message) => {
    const { run } = openModules(modules);
    await expect(run(`globalThis.ran = true; ${code}`).catch(String)).resolves.toMatch(/Nothing was run/);
    await expect(run(code)).rejects.toThrow(message);
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

  it.each([
    [{ broken: "export const = 1" }, /The module "broken" cannot be read.*\(1:13\)/],
    [{ lonely: 'import "missing"; export const a = 1;' }, /"lonely" imports "missing", which is not among/],
  ])("that cannot work are refused when the sandbox is made: %j", (sources, message) => {
    expect(() => new SandboxExecutor({}, { modules: sources })).toThrow(message);
  });

  it("may not be imported under the name of a tool", () => {
    const options = { reservedNames: ["search"], modules: new Map([["m", undefined]]) };
    expect(() => prepareCode('import { search } from "m";', options)).toThrow(/would erase the tool/);
  });
});
