import { setImmediate as nextTick } from "node:timers/promises";
import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { AgentAbortError, CodeExecutionError, ConfigurationError } from "../../src/errors.ts";
import { openSandbox, shareSandbox } from "./open-sandbox.ts";

function rejecting(error: Error): () => Promise<never> {
  return async () => {
    throw error;
  };
}

describe("SandboxExecutor: tools", () => {
  const { run } = shareSandbox();

  it("gives a tool its input, and the code its result", async () => {
    const seen: unknown[] = [];
    const tools = {
      search: async (input: unknown) => {
        seen.push(input);
        return { hits: [{ title: "a", rank: 1 }] };
      },
    };
    const { value } = await run("const { hits: [first] } = await search({ query: 'q', n: 10n }); first.title", {
      tools,
    });
    expect([seen, value]).toEqual([[{ query: "q", n: "10" }], "a"]);
  });

  it("calls a tool without input with an empty object", async () => {
    const tools = { now: async (input: unknown) => JSON.stringify(input) };
    await expect(run("await now()", { tools })).resolves.toMatchObject({ value: "{}" });
  });

  it("gives the code undefined where the tool gave undefined", async () => {
    const tools = { quiet: async () => undefined };
    await expect(run("typeof (await quiet())", { tools })).resolves.toMatchObject({ value: "undefined" });
  });

  it("gives the code a description of what is no JSON", async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    const tools = { big: async () => 2n ** 70n, cycle: async () => cyclic, symbol: async () => Symbol("s") };
    const { value } = await run("await Promise.all([big(), cycle(), symbol()])", { tools });
    expect(value).toEqual(["1180591620717411303424", expect.stringContaining("Circular"), "Symbol(s)"]);
  });

  it("runs calls of Promise.all at the same time", async () => {
    const arrived: (() => void)[] = [];
    const tools = {
      meet: async () =>
        new Promise<string>((resolve) => {
          arrived.push(() => resolve("met"));
          if (arrived.length === 3) arrived.forEach((go) => go());
        }),
    };
    await expect(run("await Promise.all([meet(), meet(), meet()])", { tools })).resolves.toMatchObject({
      value: ["met", "met", "met"],
    });
  });

  it("waits for calls that the code did not wait for", async () => {
    const events: string[] = [];
    const tools = {
      slow: async () => nextTick().then(() => events.push("done")),
    };
    await run("slow(); 1", { tools });
    expect(events).toEqual(["done"]);
  });

  it("runs what the code has chained to a call, also when its last line was reached before", async () => {
    const tools = { ask: async () => 7 };
    await expect(run("ask().then((x) => console.log('got', x)); 1", { tools })).resolves.toMatchObject({
      logs: "got 7",
    });
  });

  it("says of a tool of an earlier run that it is not available any more", async () => {
    await run("1", { tools: { old_tool: async () => 1 } });
    await expect(run("await old_tool()", { tools: { new_tool: async () => 2 } })).rejects.toThrow(
      '"old_tool" is not available any more. The tools are: new_tool (line 1: await old_tool())',
    );
  });

  it.each(["'x'", "1, 2", "null", "[{ a: 1 }]", "() => 1"])(
    "refuses a tool without named arguments: %s",
    async (input) => {
      const seen: unknown[] = [];
      const tools = { add: async (given: unknown) => seen.push(given) };
      await expect(run(`await add(${input})`, { tools })).rejects.toThrow("named arguments, add({ name: … })");
      expect(seen).toEqual([]);
    },
  );

  it("is not confused by a call that the last value makes while it is read", async () => {
    const tools = { ping: async () => "pong" };
    await expect(run("({ toJSON() { ping(); return 'read' } })", { tools })).resolves.toMatchObject({ value: "read" });
    await expect(run("await ping()", { tools })).resolves.toMatchObject({ value: "pong" });
  });

  it("calls nothing that is inherited by the record of tools", async () => {
    await expect(run("await toString()")).resolves.toMatchObject({ value: expect.stringContaining("[object") });
  });

  it("runs host functions in the async context of the caller, under Promise.all too", async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const lines: (string | undefined)[] = [];
    const options = {
      tools: { note: async () => Promise.resolve().then(() => seen.push(storage.getStore())) },
      onLog: () => lines.push(storage.getStore()),
    };
    await storage.run("first", async () => run("await note()", options));
    const code = "console.log(1); await Promise.all([note(), note()]); await note()";
    await storage.run("second", async () => run(code, options));
    expect(seen).toEqual(["first", "second", "second", "second"]);
    expect(lines).toEqual(["second"]);
  });
});

describe("SandboxExecutor: tools that fail", () => {
  const { run } = shareSandbox();

  it("throws an error with the tool's message at the line of the call", async () => {
    const failure = new Error('Tool "fetch_page" failed: no route');
    const code = "console.log('start');\nconst url = 'u';\nconst page = await fetch_page({ url });";
    const error = await run(code, { tools: { fetch_page: rejecting(failure) } }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CodeExecutionError);
    expect(error).toMatchObject({
      message: 'Tool "fetch_page" failed: no route (line 3: const page = await fetch_page({ url });)',
      line: 3,
      logs: "start",
      cause: failure,
    });
  });

  it("lets the code catch it", async () => {
    const tools = { fail: rejecting(new Error("boom")) };
    const code = "let seen; try { await fail() } catch (e) { seen = [e instanceof Error, e.message] } seen";
    await expect(run(code, { tools })).resolves.toMatchObject({ value: [true, "boom"] });
  });

  it("links the error that ended the code, not one that was caught before", async () => {
    const [first, second] = [new Error("first"), new Error("second")];
    const tools = { one: rejecting(first), two: rejecting(second) };
    await expect(run("await one().catch(() => 0); await two()", { tools })).rejects.toMatchObject({ cause: second });
    await expect(run("await one().catch(() => 0); null.x", { tools })).rejects.not.toHaveProperty("cause");
  });

  it("reports a failure that nobody awaited", async () => {
    const failure = new Error("boom");
    await expect(run("\nfail(); 5", { tools: { fail: rejecting(failure) } })).rejects.toMatchObject({
      message: "boom (line 2: fail(); 5)",
      cause: failure,
    });
  });

  it("does not report a failure that was handled late", async () => {
    const tools = { fail: rejecting(new Error("boom")), wait: async () => 1 };
    const code = "const p = fail(); await wait(); await wait(); await p.catch((e) => e.message)";
    await expect(run(code, { tools })).resolves.toMatchObject({ value: "boom" });
  });

  it("reports the failure behind a promise that never settles", async () => {
    const tools = { fail: rejecting(new Error("boom")) };
    const code = "await new Promise(async (resolve) => { await fail(); resolve() })";
    await expect(run(code, { tools })).rejects.toThrow("boom");
  });

  it("makes an error of what is thrown and is none", async () => {
    const tools = { fail: async () => Promise.reject("just text") };
    await expect(run("await fail()", { tools })).rejects.toMatchObject({ message: /^just text/, cause: "just text" });
  });

  it.each([new AgentAbortError("aborted"), new ConfigurationError("listener threw")])(
    "ends with %o, which no code can catch",
    async (fatal) => {
      const tools = { fail: rejecting(fatal) };
      await expect(run("try { await fail() } catch {} console.log('on')", { tools })).rejects.toBe(fatal);
    },
  );

  it("refuses a result that is too large, by its size", async () => {
    const tools = { dump: async () => "x".repeat(5_000_000) };
    await expect(run("await dump()", { tools })).rejects.toThrow('The result of "dump" is 5000002 characters long');
  });

  it("refuses arguments that are too large, or no JSON", async () => {
    const tools = { put: async () => 1 };
    await expect(run("await put({ x: 'x'.repeat(5_000_000) })", { tools })).rejects.toThrow(
      "at most 4194304 characters",
    );
    await expect(run("const a = {}; a.a = a; await put(a)", { tools })).rejects.toThrow("circular");
  });
});

describe("SandboxExecutor: limits of calls", () => {
  it("refuses the call beyond the limit, catchably, and starts anew in the next run", async () => {
    const { run } = openSandbox({ hostCalls: 3 });
    const tools = { ping: async () => "pong" };
    const code = "for (let i = 0; i < 4; i++) console.log(await ping())";
    await expect(run(code, { tools })).rejects.toMatchObject({
      message: expect.stringContaining("a step may make at most 3 tool calls (line 1"),
      logs: "pong\npong\npong",
    });
    await expect(run("await ping()", { tools })).resolves.toMatchObject({ value: "pong" });
  });

  it("lets code that has used up its calls answer", async () => {
    const { run } = openSandbox({ hostCalls: 1 });
    const code = "await ping(); await finalAnswer('enough')";
    await expect(run(code, { tools: { ping: async () => 1 } })).resolves.toMatchObject({ value: "enough" });
  });

  it("runs all calls in the end, though only one may run at once", async () => {
    const { run } = openSandbox({ parallelHostCalls: 1 });
    const code = "(await Promise.all(Array.from({ length: 9 }, () => ping()))).length";
    await expect(run(code, { tools: { ping: async () => 1 } })).resolves.toMatchObject({ value: 9 });
  });
});
