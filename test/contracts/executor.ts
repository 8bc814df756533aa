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

    it("fails with what was printed before, and goes on at the next run", async () => {
      const { run } = start();
      const failure: unknown = await run('console.log("before"); missing.field').catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(CodeExecutionError);
      expect(failure).toMatchObject({ logs: "before", message: expect.stringContaining("missing") });
      expect((await run("1 + 1")).value).toBe(2);
    });

    it("fails for code that cannot be read, before anything runs", async () => {
      const { run } = start();
      const lines: string[] = [];
      const failed = run('console.log("a"); const = 1', { onLog: (line) => void lines.push(line) });
      await expect(failed).rejects.toBeInstanceOf(CodeExecutionError);
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
