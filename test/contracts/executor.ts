import { afterEach, describe, expect, it } from "vitest";
import {
  AgentAbortError,
  CodeExecutionError,
  type ExecutionOptions,
  type ExecutionResult,
  type Executor,
} from "vitrine";

/** Says what every executor must hold, whatever runs its code. `create` makes a fresh one. */
export function describeExecutor(name: string, create: () => Executor): void {
  describe(`${name}, as an executor,`, () => {
    const open: Executor[] = [];
    afterEach(async () => {
      await Promise.all(open.splice(0).map(async (executor) => executor.suspend()));
    });

    function start() {
      const executor = create();
      open.push(executor);
      const run = async (code: string, options: Partial<ExecutionOptions> = {}): Promise<ExecutionResult> =>
        executor.run(code, { tools: {}, finalAnswer: async (answer) => answer, ...options });
      return { executor, run };
    }

    it("gives the last value, and the logs in order", async () => {
      const lines: string[] = [];
      const { run } = start();
      const code = 'console.log("a", 1); console.log({ b: 2 }); 6 * 7';
      const result = await run(code, { onLog: (line) => void lines.push(line) });
      expect(result).toMatchObject({ value: 42, text: "42", isFinalAnswer: false });
      expect(lines).toHaveLength(2);
      expect(result.logs).toBe(lines.join("\n"));
    });

    it("keeps variables, functions and classes from run to run, also after a suspend", async () => {
      const { run, executor } = start();
      await run("const a = 1; function twice(n) { return 2 * n } class Box { value = 3 }");
      await executor.suspend();
      expect((await run("twice(a) + new Box().value")).value).toBe(5);
    });

    it("has tools that are async functions, and may run at once", async () => {
      const { run } = start();
      const waiting: (() => void)[] = [];
      const meet = async (input: unknown): Promise<unknown> => {
        // The first to come waits for the second.
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length === 2) for (const goOn of waiting) goOn();
        });
        return input;
      };
      const { value } = await run("await Promise.all([meet({ n: 1 }), meet({ n: 2 })])", { tools: { meet } });
      expect(value).toEqual([{ n: 1 }, { n: 2 }]);
    });

    it("lets code catch what a tool throws", async () => {
      const { run } = start();
      const tools = { fail: async () => Promise.reject(new Error("no network")) };
      const code = "let said; try { await fail({}) } catch (error) { said = error.message } said";
      expect((await run(code, { tools })).value).toContain("no network");
    });

    it("waits for calls that the code did not wait for", async () => {
      const { run } = start();
      const events: string[] = [];
      const slow = async (): Promise<void> =>
        new Promise((resolve) => setImmediate(() => resolve(void events.push("settled"))));
      await run("slow({}); 1", { tools: { slow } });
      expect(events).toEqual(["settled"]);
    });

    it.each(["finalAnswer", "final_answer"])("takes the awaited answer of %s(), once", async (functionName) => {
      const { run } = start();
      const answers: unknown[] = [];
      const finalAnswer = async (answer: unknown): Promise<unknown> => {
        answers.push(answer);
        return { checked: answer };
      };
      const result = await run(`await ${functionName}(Promise.resolve({ n: 1 }))`, { finalAnswer });
      expect(result).toMatchObject({ value: { checked: { n: 1 } }, isFinalAnswer: true });
      expect(answers).toEqual([{ n: 1 }]);
    });

    it("lets code go on from a final answer that was refused", async () => {
      const { run } = start();
      const options = { finalAnswer: async () => Promise.reject(new Error("too short")) };
      const code = "let said; try { await finalAnswer(1) } catch (error) { said = error.message } said";
      const result = await run(code, options);
      expect(result).toMatchObject({ value: "too short", isFinalAnswer: false });
    });

    it("ends at once by a final answer", async () => {
      const { run } = start();
      const lines: string[] = [];
      const result = await run('await finalAnswer(42); console.log("never")', {
        onLog: (line) => void lines.push(line),
      });
      expect(result).toMatchObject({ value: 42, isFinalAnswer: true });
      expect(lines).toEqual([]);
    });

    it("gives variables to the code", async () => {
      const { run } = start();
      expect((await run("place.name", { variables: { place: { name: "Oslo" } } })).value).toBe("Oslo");
    });

    it("leaves a variable that it was given before as the code has it, and takes a new value", async () => {
      const { run } = start();
      const variables = { place: { name: "Oslo" } };
      await run('place.name = "Bergen"', { variables });
      expect((await run("place.name", { variables })).value).toBe("Bergen");
      expect((await run("place.name", { variables: { place: { name: "Rome" } } })).value).toBe("Rome");
    });

    it("lets a later run declare the same names again", async () => {
      const { run } = start();
      await run("const a = 1; let b = 2; class C {}");
      expect((await run("let a = 3; const b = 4; class C { n = 5 } [a, b, new C().n]")).value).toEqual([3, 4, 5]);
    });

    it("fails with what was printed before and the line, and goes on at the next run", async () => {
      const { run } = start();
      const failure: unknown = await run('const kept = 1;\nconsole.log("before");\nmissing.field').catch(
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(CodeExecutionError);
      expect(failure).toMatchObject({ logs: "before", line: 3 });
      expect(failure).toHaveProperty("message", expect.stringMatching(/missing.*line 3: missing\.field/));
      expect((await run("kept + 1")).value).toBe(2);
    });

    it("fails for code that cannot be read, before anything runs", async () => {
      const { run } = start();
      const lines: string[] = [];
      const failed = run('console.log("a"); const = 1', { onLog: (line) => void lines.push(line) });
      await expect(failed).rejects.toBeInstanceOf(CodeExecutionError);
      expect(lines).toEqual([]);
    });

    it("fails at the line of the call that failed", async () => {
      const { run } = start();
      const tools = { fail: async () => Promise.reject(new Error("no network")) };
      const failure: unknown = await run("1;\nawait fail({});", { tools }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(CodeExecutionError);
      expect(failure).toMatchObject({ line: 2, message: expect.stringContaining("no network") });
    });

    it("does not start when its signal has fired", async () => {
      const { run } = start();
      const lines: string[] = [];
      const signal = AbortSignal.abort(new Error("enough"));
      const aborted = run("console.log(1)", { signal, onLog: (line) => void lines.push(line) });
      await expect(aborted).rejects.toBeInstanceOf(AgentAbortError);
      expect(lines).toEqual([]);
    });

    it("ends when its signal fires, without waiting for a tool", async () => {
      const { run } = start();
      const controller = new AbortController();
      const wait = async (): Promise<unknown> => {
        controller.abort(new Error("enough"));
        return new Promise((_resolve, reject) => setImmediate(() => reject(new Error("stopped"))));
      };
      await expect(run("await wait({})", { tools: { wait }, signal: controller.signal })).rejects.toBeInstanceOf(
        AgentAbortError,
      );
    });
  });
}
