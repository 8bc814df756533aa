import type { Readable, Writable } from "node:stream";
import { throwIfAborted, untilAborted } from "../abort.ts";
import { TEXT, textArguments } from "./plain-schema.ts";
import { type Tool, tool } from "./tool.ts";

/** Says where the person sits. */
export interface UserInputOptions {
  /** `process.stdin` if absent. */
  readonly input?: Readable;
  /** `process.stderr` if absent: stdout is left to what the program has to say. */
  readonly output?: Writable;
}

/** The last question put to each input: two at once would share one answer. */
const lastTurns = new WeakMap<Readable, Promise<unknown>>();

/**
 * Gives models a tool that asks the person at the terminal, `user_input`: one line each, one question at a time.
 *
 * Errors, for the model to read: nobody is there, as the input is at its end.
 * Source: smolagents default_tools.py, UserInputTool.
 */
export function userInput({ input = process.stdin, output = process.stderr }: UserInputOptions = {}): Tool {
  return tool({
    name: "user_input",
    description: "Asks the user a question, and gives the answer.",
    inputSchema: textArguments({ question: "The question to ask the user." }),
    outputSchema: TEXT,
    async execute({ question }, { signal }) {
      const turn = (lastTurns.get(input) ?? Promise.resolve()).then(async () => {
        const { readLine } = await import("./read-line.ts");
        throwIfAborted(signal);
        output.write(`${question}\n> `);
        return readLine(input, signal);
      });
      lastTurns.set(
        input,
        turn.catch(() => {}),
      );
      const line = await untilAborted(turn, signal);
      if (line === undefined) throw new Error("Nobody can answer: the input is at its end. Go on without the answer.");
      return line;
    },
  });
}
