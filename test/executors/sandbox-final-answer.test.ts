import { setImmediate as nextTick } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { openSandbox, shareSandbox } from "./open-sandbox.ts";

describe("SandboxExecutor: the final answer", () => {
  const { run } = shareSandbox();

  it.each(["finalAnswer", "final_answer"])("ends the code at once: %s", async (name) => {
    const code = `console.log('before'); try { await ${name}({ n: 42 }) } catch {} finally { console.log('after') }`;
    await expect(run(code)).resolves.toEqual({
      value: { n: 42 },
      text: '{"n":42}',
      logs: "before",
      isFinalAnswer: true,
    });
  });

  it("keeps what the host made of it, as it is", async () => {
    const made = new Map([["made", "by the host"]]);
    const { value } = await run("finalAnswer(1)", { finalAnswer: async () => made });
    expect(value).toBe(made);
  });

  it("awaits a promise that is given to it", async () => {
    const tools = { ask: async () => "the answer" };
    await expect(run("finalAnswer(ask())", { tools })).resolves.toMatchObject({ value: "the answer" });
  });

  it("counts once: the first", async () => {
    const given: unknown[] = [];
    const finalAnswer = async (answer: unknown): Promise<unknown> => given.push(answer) && answer;
    const result = await run("finalAnswer('first'); finalAnswer('second'); 3", { finalAnswer });
    expect([result.value, given]).toEqual(["first", ["first"]]);
  });

  it("counts, whatever the code does after it", async () => {
    await expect(run("finalAnswer(1); throw new Error('late')")).resolves.toMatchObject({
      value: 1,
      isFinalAnswer: true,
    });
    const { run: runAside } = openSandbox({ cpuMs: 300 });
    await expect(runAside("finalAnswer(1); for (;;) await 0")).resolves.toMatchObject({
      value: 1,
      isFinalAnswer: true,
    });
  });

  it("that is refused is an error which the code may catch", async () => {
    const refusal = new Error("the check says no");
    const finalAnswer = async (answer: unknown): Promise<unknown> => (answer === 1 ? Promise.reject(refusal) : answer);
    await expect(run("\nawait finalAnswer(1)", { finalAnswer })).rejects.toMatchObject({ cause: refusal, line: 2 });
    const code = "try { await finalAnswer(1) } catch (e) { await finalAnswer(e.message) }";
    await expect(run(code, { finalAnswer })).resolves.toMatchObject({
      value: "the check says no",
      isFinalAnswer: true,
    });
  });

  it("waits for other calls that are open, and drops what comes of them", async () => {
    const events: string[] = [];
    const waiting: (() => void)[] = [];
    const tools = {
      slow: async () => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        events.push("slow");
      },
    };
    const finalAnswer = async (answer: unknown) => {
      void nextTick().then(() => waiting.forEach((goOn) => goOn()));
      return answer;
    };
    const code = "slow().then(() => console.log('dropped')); await finalAnswer(1)";
    const result = await run(code, { tools, finalAnswer });
    expect([events, result.logs]).toEqual([["slow"], ""]);
    await expect(run("2")).resolves.toMatchObject({ value: 2, logs: "" });
  });

  it("leaves the state usable", async () => {
    await run("var kept = 5; await finalAnswer(kept)");
    await expect(run("kept + 1")).resolves.toMatchObject({ value: 6, isFinalAnswer: false });
  });

  it("carries undefined, maps, sets and big integers", async () => {
    await expect(run("finalAnswer()")).resolves.toMatchObject({ value: undefined, text: "undefined" });
    await expect(run("finalAnswer(new Map([[1, new Set([2])]]))")).resolves.toMatchObject({ value: [[1, [2]]] });
    await expect(run("finalAnswer(10n ** 20n)")).resolves.toMatchObject({ value: "100000000000000000000" });
  });

  it("is the sandbox's, also where a tool has its name", async () => {
    const tools = { final_answer: async () => "the tool" };
    await expect(run("final_answer(1)", { tools })).resolves.toMatchObject({ value: 1, isFinalAnswer: true });
  });
});
