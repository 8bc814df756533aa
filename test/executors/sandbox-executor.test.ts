import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/errors.ts";
import { openSandbox, shareSandbox } from "./open-sandbox.ts";

describe("SandboxExecutor: state", () => {
  it("keeps variables, functions and classes over runs", async () => {
    const { run } = openSandbox();
    await run("const a = 20; function twice(x) { return 2 * x } class Box { constructor(x) { this.x = x } }");
    await expect(run("new Box(twice(a) + 2).x")).resolves.toMatchObject({ value: 42 });
  });

  it("lets a later run declare the same names again", async () => {
    const { run } = openSandbox();
    await run("const a = 1; let b = 2; class C {}");
    await expect(run("let a = 5; const b = 6; class C { static n = 7 }; [a, b, C.n]")).resolves.toMatchObject({
      value: [5, 6, 7],
    });
  });

  it("keeps what ran before an error, and leaves no dead name behind", async () => {
    const { run } = openSandbox();
    const tools = { fail: async () => Promise.reject(new Error("no")) };
    await expect(run("const a = 1; const x = await fail();", { tools })).rejects.toThrow("no");
    await expect(run("const x = a + 1; x")).resolves.toMatchObject({ value: 2 });
  });

  it("goes on after suspend, tools and console included", async () => {
    const { executor, run } = openSandbox();
    const tools = { add: async () => 1 };
    await run("let n = await add(); const bump = () => ++n; class Box { x = n }", { tools });
    await executor.suspend();
    const more = { ...tools, ask: async () => "new" };
    const result = await run("console.log(bump(), new Box().x); [await add(), await ask()]", { tools: more });
    expect(result).toMatchObject({ value: [1, "new"], logs: "2 2" });
  });

  it("suspends before the first run and twice without harm", async () => {
    const { executor, run } = openSandbox();
    await executor.suspend();
    await run("var a = 1");
    await executor.suspend();
    await executor.suspend();
    await expect(run("a")).resolves.toMatchObject({ value: 1 });
  });

  it("sets variables before the code runs, each time anew", async () => {
    const { run } = openSandbox();
    const first = await run("rows.push(3); rows.length", { variables: { rows: [1, 2] } });
    const second = await run("const rows = 1; rows");
    const third = await run("rows.deep", { variables: { rows: { deep: "yes" }, __proto__: null } });
    expect([first.value, second.value, third.value]).toEqual([3, 1, "yes"]);
  });

  it("refuses a variable that has a tool's name", async () => {
    const { run } = openSandbox();
    const options = { tools: { search: async () => 1 }, variables: { search: 2 } };
    await expect(run("1", options)).rejects.toBeInstanceOf(ConfigurationError);
  });

  it("refuses a second run while one goes on, and takes it later", async () => {
    const { run } = openSandbox();
    const first = run("1");
    await expect(run("2")).rejects.toThrow("running code already");
    await first;
    await expect(run("3")).resolves.toMatchObject({ value: 3 });
  });

  it("lets two sandboxes work side by side", async () => {
    const [one, two] = [openSandbox(), openSandbox()];
    await Promise.all([one.run("var a = 1"), two.run("var a = 2")]);
    const results = await Promise.all([one.run("a"), two.run("a")]);
    expect(results.map(({ value }) => value)).toEqual([1, 2]);
  });

  it("does not keep the process alive between runs", async () => {
    const url = new URL("../../src/executors/sandbox-executor.ts", import.meta.url).href;
    const program = `
      const { SandboxExecutor } = await import(${JSON.stringify(url)});
      const { value } = await new SandboxExecutor().run("6 * 7", { tools: {}, finalAnswer: async (x) => x });
      console.log(value);`;
    const args = ["--import", "tsx", "--input-type=module", "--eval", program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
    expect(stdout).toBe("42\n");
  });
});

describe("SandboxExecutor: the border", () => {
  const { run } = shareSandbox();

  it.each(["process", "fetch", "setTimeout", "Buffer", "URL", "globalThis.process.env"])("has no %s", async (name) => {
    await expect(run(name)).rejects.toThrow(/ReferenceError|TypeError/);
  });

  it.each(['require("fs")', 'await import("node:fs")'])("says of `%s` that there are no modules", async (code) => {
    await expect(run(code)).rejects.toThrow("No modules can be imported here");
  });

  it("does not reach the host through constructors", async () => {
    const tools = { get: async () => ({}) };
    const code =
      "typeof (await get()).constructor.constructor('return this')().process + typeof get.constructor('return process')";
    await expect(run(code, { tools })).resolves.toMatchObject({ value: "undefinedfunction" });
  });

  it("shows neither paths nor stacks of the host", async () => {
    const tools = { fail: async () => Promise.reject(new Error("boom")) };
    const code =
      "let seen = ''; try { await fail() } catch (e) { seen = e.stack + Object.getOwnPropertyNames(e) } seen";
    const { value } = await run(code, { tools });
    expect(value).toMatch(/code-\d+\.js:1/);
    expect(value).not.toMatch(/\/|file:|node:/);
  });

  it("runs no code that would erase a tool", async () => {
    const tools = { search: async () => 1 };
    const result = run("console.log('ran'); const search = 1", { tools });
    await expect(result).rejects.toMatchObject({ logs: "", message: expect.stringContaining("would erase the tool") });
    await expect(run("const final_answer = 1")).rejects.toThrow("would erase the tool");
    await expect(run("console = 1")).rejects.toThrow('"console" is given by the sandbox');
  });

  it("refuses to assign to a tool, and keeps it", async () => {
    const tools = { search: async () => "found" };
    await expect(run("search = 1", { tools })).rejects.toThrow("cannot be replaced");
    await run("try { globalThis.search = 1 } catch {} delete globalThis.search", { tools });
    await expect(run("await search()", { tools })).resolves.toMatchObject({ value: "found" });
  });

  it("gives a tool its name back that a variable of an earlier run bears", async () => {
    await run("const lookUp = 1");
    const tools = { lookUp: async () => "found" };
    await expect(run("await lookUp()", { tools })).resolves.toMatchObject({ value: "found" });
  });
});
