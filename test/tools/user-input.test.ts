import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { ToolExecutionError } from "../../src/errors.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { userInput } from "../../src/tools/user-input.ts";

interface Terminal {
  readonly tool: Tool;
  readonly input: PassThrough;
  /** Waits until so many questions stand on the screen, and gives all that does. */
  readonly shown: (count: number) => Promise<string>;
}

function openTerminal(input = new PassThrough()): Terminal {
  const output = new PassThrough();
  let screen = "";
  output.on("data", (chunk: Buffer) => (screen += chunk.toString()));
  return {
    tool: userInput({ input, output }),
    input,
    shown: async (count) => {
      while (screen.split("> ").length - 1 < count) await once(output, "data");
      return screen;
    },
  };
}

describe("userInput", () => {
  it("shows the question, and gives the line that is typed", async () => {
    const { tool, input, shown } = openTerminal();

    const call = tool.call({ question: "Which colour?" });
    await expect(shown(1)).resolves.toBe("Which colour?\n> ");
    input.write("bl");
    input.write("ue\r\n");

    await expect(call).resolves.toBe("blue");
  });

  it("asks one question at a time, in their order", async () => {
    const { tool, input, shown } = openTerminal();

    const answers = Promise.all([tool.call({ question: "One?" }), tool.call({ question: "Two?" })]);
    await expect(shown(1)).resolves.toBe("One?\n> ");
    input.write("1\n");
    await expect(shown(2)).resolves.toBe("One?\n> Two?\n> ");
    input.write("2\n");

    await expect(answers).resolves.toEqual(["1", "2"]);
  });

  it("asks one at a time also where two tools share a terminal", async () => {
    const { tool, input } = openTerminal();
    const other = openTerminal(input).tool;

    const answers = Promise.all([tool.call({ question: "One?" }), other.call({ question: "Two?" })]);
    input.write("1\n2\n");

    await expect(answers).resolves.toEqual(["1", "2"]);
  });

  it.each([
    ["bytes", undefined],
    ["text", "utf8"],
  ] as const)("leaves what follows a line for the next question, in %s", async (_kind, encoding) => {
    const { tool, input } = openTerminal();
    if (encoding) input.setEncoding(encoding);
    input.end("größer\n\nlast");

    const answers = [];
    for (const question of ["One?", "Two?", "Three?"]) answers.push(await tool.call({ question }));

    expect(answers).toEqual(["größer", "", "last"]);
    await expect(tool.call({ question: "Four?" })).rejects.toThrow("the input is at its end");
  });

  it.each([
    ["is at its end", (input: PassThrough) => input.end()],
    ["is closed", (input: PassThrough) => input.destroy()],
  ])("tells the model that nobody answers when the input %s", async (_kind, end) => {
    const { tool, input, shown } = openTerminal();

    const failure = tool.call({ question: "Anybody?" }).catch((error: unknown) => error);
    await shown(1);
    end(input);

    await expect(failure).resolves.toBeInstanceOf(ToolExecutionError);
    await expect(failure).resolves.toMatchObject({
      message: expect.stringContaining("Nobody can answer: the input is at its end."),
    });
  });

  it("passes on what the input breaks with", async () => {
    const { tool, input, shown } = openTerminal();

    const failure = tool.call({ question: "Anybody?" }).catch((error: unknown) => error);
    await shown(1);
    input.destroy(new Error("EIO"));

    await expect(failure).resolves.toMatchObject({ message: 'Tool "user_input" failed: EIO' });
  });

  it("stops asking when its run is aborted, and lets the next one ask", async () => {
    const { tool, input, shown } = openTerminal();
    const abort = new AbortController();

    const dropped = ["One?", "Two?"].map(async (question) => tool.call({ question }, { signal: abort.signal }));
    await shown(1);
    const next = tool.call({ question: "Three?" });
    abort.abort();

    for (const call of dropped) await expect(call).rejects.toMatchObject({ name: "AbortError" });
    await expect(shown(2)).resolves.toBe("One?\n> Three?\n> ");
    input.write("3\n");
    await expect(next).resolves.toBe("3");
  });

  it("leaves nothing listening on the input", async () => {
    const { tool, input } = openTerminal();
    const before = input.eventNames();
    input.write("blue\n");

    await tool.call({ question: "Which?" });

    expect(input.eventNames()).toEqual(before);
    expect(input.isPaused()).toBe(true);
  });

  it.each([
    ["was answered", "blue\n", "blue\n"],
    ["was given up", "bl", "AbortError\n"],
  ])("lets the program end while the terminal stays open, once the question %s", async (_how, typed, said) => {
    const source = new URL("../../src/tools/user-input.ts", import.meta.url).href;
    const program = `import { userInput } from ${JSON.stringify(source)};
      const abort = new AbortController();
      if (${said.startsWith("AbortError")}) process.stdin.once("readable", () => abort.abort());
      const call = userInput().call({ question: "Which?" }, { signal: abort.signal });
      console.log(await call.catch((error) => error.name));`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program]);
    onTestFinished(() => void child.kill());
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    const closed = once(child, "close");

    await once(child.stderr, "data");
    child.stdin.write(typed);

    await expect(closed).resolves.toEqual([0, null]);
    expect(printed).toBe(said);
  });
});
