import { setImmediate as nextTick } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { AgentAbortError, CodeExecutionError, ConfigurationError } from "../../src/errors.ts";
import { SandboxExecutor } from "../../src/executors/sandbox-executor.ts";
import { openSandbox, shareSandbox } from "./open-sandbox.ts";

const UNDONE = "The step was undone: all variables are as they were before it.";

describe("SandboxExecutor: errors", () => {
  const { run } = shareSandbox();

  it("names the error, its line, the line's text, and keeps the logs", async () => {
    const error = await run("console.log('so far');\n\nconst y = x + 1;").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CodeExecutionError);
    expect(error).toMatchObject({
      message: "ReferenceError: x is not defined (line 3: const y = x + 1;)",
      line: 3,
      logs: "so far",
    });
  });

  it("lists the tools where a function is called that is not there", async () => {
    const tools = { search: async () => 1, fetch_page: async () => 2 };
    await expect(run("const $a = 1;\nawait $serch({})", { tools })).rejects.toMatchObject({
      message:
        "ReferenceError: $serch is not defined (line 2: await $serch({})). The tools that can be called: search, fetch_page, finalAnswer.",
    });
  });

  it("names the line of this step where the error comes from a function of an earlier one", async () => {
    await run("function dive(x) {\n\n\n  return x.deep.er }");
    await expect(run("1;\ndive({})")).rejects.toMatchObject({ line: 2 });
  });

  it("names no line of this step where a function of an earlier one fails after this step has waited", async () => {
    await run("async function sink() {\n\n  await 0;\n  null.deep }");
    await expect(run("1;\n2;\n3;\nawait sink()")).rejects.toMatchObject({
      line: undefined,
      message: "TypeError: cannot read property 'deep' of null",
    });
  });

  it("names no line for an error that an earlier step has made", async () => {
    await run("\n\nvar old = new Error('old')");
    await expect(run("1;\n2;\n3;\nthrow old")).rejects.toMatchObject({ line: undefined, message: "Error: old" });
  });

  it("names the line where a tool of this step fails in a function of an earlier one", async () => {
    await run("async function ask() {\n\n\n  return search({}) }");
    const tools = { search: async () => Promise.reject(new Error("no network")) };
    await expect(run("1;\nawait ask()", { tools })).rejects.toMatchObject({
      message: "no network (line 2: await ask())",
    });
  });

  it("finds a syntax error before anything runs", async () => {
    await expect(run("console.log('ran');\nconst = 1")).rejects.toMatchObject({
      message: "Nothing was run. SyntaxError: Unexpected token (line 2: const = 1)",
      line: 2,
      logs: "",
    });
  });

  it.each([
    ["throw 'text'", "text was thrown"],
    ["throw { code: 7 }", "{ code: 7 } was thrown"],
    ["throw null", "null was thrown"],
    ["throw new (class Odd extends Error { name = 'Odd' })('why')", "Odd: why"],
    ["throw Object.assign(new Error(), { message: '' })", "Error"],
    ["await Promise.reject(new RangeError('far'))", "RangeError: far"],
    ["Promise.reject(new RangeError('last'))", "RangeError: last"],
    ["await Promise.any([Promise.reject(1)])", "AggregateError"],
  ])("says of `%s` what was thrown", async (code, message) => {
    await expect(run(code)).rejects.toThrow(message);
  });

  it("keeps what was done before the error", async () => {
    await run("var kept = 1; kept = 2; null.x").catch(() => {});
    await expect(run("kept")).resolves.toMatchObject({ value: 2 });
  });
});

describe("SandboxExecutor: stopped steps", () => {
  const { run: runBriefly } = shareSandbox({ cpuMs: 300 });

  it.each([
    ["while (true) {}", " (line 1: while (true) {})"],
    ["await 0; while (true) {}", ""],
    ["for (;;) await 0", ""],
    ["try { for (;;); } catch {} finally { for (;;); }", " (line 1"],
    ["/(a+)+$/.test('a'.repeat(40) + 'b')", " (line 1"],
    ["({ toJSON() { for (;;); } })", ""],
  ])("stops `%s` by its computing time", async (code, where) => {
    await runBriefly("var kept = 'yes'");
    const error = await runBriefly(`kept = 'no'; console.log('so far'); ${code}`).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ logs: "so far", name: "CodeExecutionError" });
    expect(error).toHaveProperty("message", expect.stringContaining("computed for more than 300 ms"));
    expect(error).toHaveProperty(
      "message",
      expect.stringMatching(`^The code was stopped${where ? " \\(line 1" : ":"}.*${UNDONE}$`),
    );
    await expect(runBriefly("kept")).resolves.toMatchObject({ value: "yes" });
  });

  it("adds up computing time over all that the code does between calls", async () => {
    const { run } = openSandbox({ cpuMs: 300 });
    const tools = { ping: async () => 1 };
    const code = "for (;;) { await ping(); const end = Date.now() + 20; while (Date.now() < end); }";
    await expect(run(code, { tools })).rejects.toThrow("computed for more than 300 ms");
  });

  it("does not count the time of tools", async () => {
    const { run } = openSandbox({ cpuMs: 300 });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const tools = {
      slow: async () => {
        while (vi.getTimerCount() > 0) await nextTick(); // until the sandbox says that it waits
        vi.advanceTimersByTime(3_600_000);
        return "slept";
      },
    };
    await expect(run("await slow()", { tools })).resolves.toMatchObject({ value: "slept" });
  });

  it("stops code that needs too much memory", async () => {
    const { run } = openSandbox({ memoryBytes: 16 * 2 ** 20 });
    await run("var kept = 'yes'");
    const error = run("\nkept = []; for (;;) kept.push(new Array(10_000).fill(0))");
    await expect(error).rejects.toThrow(
      `The code was stopped (line 2: kept = []; for (;;) kept.push(new Array(10_000).fill(0))): it needed more than 16 MiB of memory. Keep less at once. ${UNDONE}`,
    );
    await expect(run("kept")).resolves.toMatchObject({ value: "yes" });
  });

  it("undoes a step that leaves the memory full, though it caught the error", async () => {
    const { run } = openSandbox({ memoryBytes: 16 * 2 ** 20 });
    await run("var hog = []");
    const code = "try { for (;;) hog.push(new Uint8Array(10_000)) } catch {} console.log('caught')";
    await expect(run(code)).rejects.toThrow("needed more than 16 MiB of memory");
    await expect(run("hog.length")).resolves.toMatchObject({ value: 0 });
  });

  it.each(["await new Promise(() => {})", "new Promise(() => {})", "finalAnswer(new Promise(() => {}))"])(
    "stops `%s`, which nothing can settle",
    async (code) => {
      await runBriefly("var kept = 'yes'");
      await expect(runBriefly(`kept = 'no'; ${code}`)).rejects.toThrow("a promise that nothing can settle");
      await expect(runBriefly("kept")).resolves.toMatchObject({ value: "yes" });
    },
  );

  it("stops code whose thread ends under it", async () => {
    const { executor, run } = openSandbox();
    await run("var kept = 'yes'");
    const tools = { kill: async () => executor.suspend() };
    await expect(run("kept = 'no'; await kill()", { tools })).rejects.toThrow(`it broke the sandbox`);
    await expect(run("kept")).resolves.toMatchObject({ value: "yes" });
  });

  it("throws a ConfigurationError when the sandbox cannot start", async () => {
    const executor = new SandboxExecutor({ memoryBytes: 1 });
    const run = executor.run("1", { tools: {}, finalAnswer: async () => 1 });
    await expect(run).rejects.toBeInstanceOf(ConfigurationError);
  });
});

describe("SandboxExecutor: abort", () => {
  it("does not start when the signal has fired already", async () => {
    const { run } = openSandbox();
    const signal = AbortSignal.abort("enough");
    await expect(run("console.log(1)", { signal })).rejects.toMatchObject({ name: "AbortError", cause: "enough" });
  });

  it("ends code that loops, at once, and undoes it", async () => {
    const { run } = openSandbox({ cpuMs: 60_000 });
    await run("var kept = 'yes'");
    const controller = new AbortController();
    const options = { signal: controller.signal, onLog: () => controller.abort("enough") };
    const error = await run("kept = 'no'; console.log('looping'); for (;;);", options).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(AgentAbortError);
    expect(error).toMatchObject({ cause: "enough" });
    await expect(run("kept")).resolves.toMatchObject({ value: "yes" });
  });

  it("waits for calls that are open, and starts none of those that wait", async () => {
    const { run } = openSandbox({ parallelHostCalls: 1 });
    const controller = new AbortController();
    const events: string[] = [];
    const tools = {
      slow: async () => {
        events.push("start");
        controller.abort();
        await nextTick();
        events.push("end");
      },
    };
    await run("await Promise.all([slow(), slow()])", { tools, signal: controller.signal }).catch(() =>
      events.push("rejected"),
    );
    expect(events).toEqual(["start", "end", "rejected"]);
  });

  it("does not leave a listener on the signal", async () => {
    const { run } = openSandbox();
    const controller = new AbortController();
    await run("1", { signal: controller.signal });
    controller.abort();
    await expect(run("2")).resolves.toMatchObject({ value: 2 });
  });

  it("rejects with what a listener of the logs threw", async () => {
    const { run } = openSandbox();
    const fault = new Error("listener");
    const onLog = (): never => {
      throw fault;
    };
    await expect(run("console.log(1)", { onLog })).rejects.toBe(fault);
  });
});
