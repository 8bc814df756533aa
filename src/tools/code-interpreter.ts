import { truncateMiddle } from "../describe.ts";
import { CodeExecutionError } from "../errors.ts";
import { SandboxExecutor, type SandboxLimits } from "../executors/sandbox-executor.ts";
import { TEXT, textArguments } from "./plain-schema.ts";
import { type Tool, tool } from "./tool.ts";

/** Says what the code may use. */
export interface CodeInterpreterOptions {
  readonly limits?: SandboxLimits;
  /** Sources of ES modules, by the names under which code may import them. */
  readonly modules?: Readonly<Record<string, string>>;
}

const MAX_LOGS_LENGTH = 50_000;
const MAX_RESULT_LENGTH = 20_000;

/**
 * Gives models a tool that runs JavaScript, `code_interpreter`, in a sandbox that reaches nothing. Every call starts afresh.
 *
 * Errors, for the model to read: what the code failed with, and what it had printed; the CodeExecutionError is the `cause`.
 * Source: smolagents default_tools.py, PythonInterpreterTool.
 */
export function codeInterpreter({ limits, modules = {} }: CodeInterpreterOptions = {}): Tool {
  return tool({
    name: "code_interpreter",
    description:
      "Runs JavaScript, and gives what it printed with console.log() and its last value. Use it to compute. Nothing is kept from one call to the next, and there are no files and no network.",
    inputSchema: textArguments({ code: "The JavaScript to run. It may use top-level await." }),
    outputSchema: TEXT,
    async execute({ code }, { signal }) {
      const executor = new SandboxExecutor(limits, { modules });
      try {
        const { logs, text } = await executor.run(code, { tools: {}, finalAnswer: async (answer) => answer, signal });
        return `${logsText(logs)}Result: ${truncateMiddle(text, MAX_RESULT_LENGTH)}`;
      } catch (error) {
        throw error instanceof CodeExecutionError ? withLogs(error) : error;
      } finally {
        await executor.suspend();
      }
    },
  });
}

function logsText(logs: string): string {
  return logs === "" ? "" : `Logs:\n${truncateMiddle(logs, MAX_LOGS_LENGTH)}\n`;
}

/** The model reads the message alone. */
function withLogs(error: CodeExecutionError): CodeExecutionError {
  if (error.logs === "") return error;
  return new CodeExecutionError(`${error.message}\n${logsText(error.logs)}`.trimEnd(), {
    logs: error.logs,
    line: error.line,
  });
}
