import type { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { CodeExecutionError, ToolExecutionError } from "../../src/errors.ts";
import { codeInterpreter } from "../../src/tools/code-interpreter.ts";

describe("codeInterpreter", () => {
  it("gives what the code printed, and its last value", async () => {
    const code = `console.log("counting"); console.log([1, 2]); await Promise.resolve(6 * 7)`;

    await expect(codeInterpreter().call({ code })).resolves.toBe("Logs:\ncounting\n[ 1, 2 ]\nResult: 42");
  });

  it("gives the result alone where nothing is printed", async () => {
    await expect(codeInterpreter().call({ code: "'forty' + 2" })).resolves.toBe("Result: forty2");
  });

  it("ends with what the code gives as its final answer", async () => {
    const code = `await finalAnswer({ years: 25 }); console.log("not reached")`;

    await expect(codeInterpreter().call({ code })).resolves.toBe('Result: {"years":25}');
  });

  it("starts every call afresh", async () => {
    const interpreter = codeInterpreter();
    await interpreter.call({ code: "const x = 1; globalThis.y = 2" });

    await expect(interpreter.call({ code: "[typeof x, typeof y].join()" })).resolves.toBe(
      "Result: undefined,undefined",
    );
  });

  it("runs calls side by side", async () => {
    const interpreter = codeInterpreter();

    const results = await Promise.all([1, 2].map(async (n) => interpreter.call({ code: `${n} * 10` })));

    expect(results).toEqual(["Result: 10", "Result: 20"]);
  });

  it.each(["6 * 7", "nothere()"])("leaves no thread behind after %s", async (code) => {
    const threads: Worker[] = [];
    const onWorker = (thread: Worker): void => void threads.push(thread);
    process.on("worker", onWorker);
    onTestFinished(() => void process.off("worker", onWorker));

    await Promise.allSettled([codeInterpreter().call({ code })]);

    // What a thread has that is over.
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1]);
  });

  it("says what failed, and what was printed before", async () => {
    const code = `console.log("so far");\nnothere()`;

    const failure: unknown = await codeInterpreter()
      .call({ code })
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ToolExecutionError);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^Tool "code_interpreter" failed: .*nothere[^]*Logs:\nso far$/),
      cause: { name: "CodeExecutionError", logs: "so far", line: 2 },
    });
  });

  it("says what failed alone where nothing was printed", async () => {
    const failure: unknown = await codeInterpreter()
      .call({ code: "nothere()" })
      .catch((error: unknown) => error);

    expect(failure).toMatchObject({
      message: expect.not.stringContaining("Logs:"),
      cause: expect.any(CodeExecutionError),
    });
  });

  it("keeps the code to its limits", async () => {
    const interpreter = codeInterpreter({ limits: { cpuMs: 50 } });

    await expect(interpreter.call({ code: "for (;;);" })).rejects.toThrow("computed for more than 50 ms");
  });

  it("cuts the middle out of what is too long, and says so", async () => {
    const output = await codeInterpreter().call({ code: `console.log("l".repeat(60_000)); "r".repeat(30_000)` });

    expect(output).toMatch(
      /^Logs:\nl+\n… \[10000 characters were cut .*\nl+\nResult: r+\n… \[10000 characters .*\nr+$/,
    );
  });

  it("ends the code when its run is aborted", async () => {
    const interpreter = codeInterpreter({ limits: { cpuMs: 3_600_000 } });

    const call = interpreter.call({ code: "for (;;);" }, { signal: AbortSignal.timeout(300) });

    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });
});
