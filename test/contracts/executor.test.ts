import { compileFunction, createContext } from "node:vm";
import { parse } from "acorn";
import {
  AgentAbortError,
  CodeExecutionError,
  type ExecutionOptions,
  type ExecutionResult,
  Executor,
  SandboxExecutor,
} from "vitrine";
import { applyEdits, insertion } from "../../src/executors/edits.ts";
import { atLine } from "../../src/executors/code-line.ts";
import { prepareCode } from "../../src/executors/prepare-code.ts";
import { describeExecutor } from "./executor.ts";

/** Keeps a list of all code that another executor runs: an executor of a user's own. */
class RecordingExecutor extends Executor {
  readonly codes: string[] = [];
  readonly #inner = new SandboxExecutor();

  protected override async evaluate(code: string, options: ExecutionOptions): Promise<ExecutionResult> {
    this.codes.push(code);
    return this.#inner.run(code, options);
  }

  override async suspend(): Promise<void> {
    return this.#inner.suspend();
  }
}

/** Runs code by node:vm. That is no sandbox, and nothing to use outside a test: it shows that the contract is not tied to QuickJS and its worker. */
class VmExecutor extends Executor {
  readonly #globals: Record<string, unknown> = {};
  readonly #context = createContext(this.#globals);
  readonly #given = new Map<string, string>();
  #runCount = 0;

  protected override async evaluate(code: string, options: ExecutionOptions): Promise<ExecutionResult> {
    const { signal, tools, variables = {}, onLog } = options;
    if (signal?.aborted) throw new AgentAbortError("aborted");
    const prepared = prepareCode(code, { reservedNames: Object.keys(tools) });
    const logs: string[] = [];
    const log = (...values: unknown[]): void => {
      const line = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(" ");
      logs.push(line);
      onLog?.(line);
    };
    const open = new Set<Promise<unknown>>();
    const followed = Object.entries(tools).map(([name, tool]) => {
      const call = async (input: unknown = {}): Promise<unknown> => {
        const result = tool(input);
        open.add(result);
        return result;
      };
      return [name, call] as const;
    });
    Object.assign(this.#globals, Object.fromEntries(followed), { console: { log } });
    this.#giveVariables(variables);
    try {
      return await this.#untilEnd(prepared, { code, logs, options });
    } finally {
      await Promise.allSettled(open);
    }
  }

  #giveVariables(variables: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(variables)) {
      const json = JSON.stringify(value);
      if (this.#given.get(name) !== json) this.#globals[name] = JSON.parse(json);
      this.#given.set(name, json);
    }
  }

  async #untilEnd(
    prepared: string,
    { code, logs, options }: { readonly code: string; readonly logs: string[]; readonly options: ExecutionOptions },
  ): Promise<ExecutionResult> {
    const filename = `vm-code-${++this.#runCount}.js`;
    return new Promise((resolve, reject) => {
      const end = (value: unknown, isFinalAnswer: boolean): void =>
        resolve({ value: asJson(value), text: String(value), logs: logs.join("\n"), isFinalAnswer });
      const finalAnswer = async (answer: unknown): Promise<unknown> => {
        end(await options.finalAnswer(await answer), true);
        return new Promise(() => {});
      };
      options.signal?.addEventListener("abort", () => reject(new AgentAbortError("aborted")));
      Object.assign(this.#globals, { finalAnswer, final_answer: finalAnswer });
      const body = `return (async () => { ${functionBody(prepared)}\n})()`;
      const started: Promise<unknown> = compileFunction(body, [], { filename, parsingContext: this.#context })();
      started.then(
        (value) => end(value, false),
        (error: Error) => {
          const [, found] = new RegExp(`${filename}:(\\d+)`).exec(error.stack ?? "") ?? [];
          const line = found === undefined ? undefined : Number(found);
          reject(new CodeExecutionError(error.message + atLine(code, line), { line, logs: logs.join("\n") }));
        },
      );
    });
  }
}

/** Makes the body of an async function of a script: what it declares goes to the globals, and its last value is returned. */
function functionBody(script: string): string {
  const { body } = parse(script, { ecmaVersion: "latest", sourceType: "script", allowAwaitOutsideFunction: true });
  const edits = body.flatMap((statement, index) => {
    const { start } = statement;
    if (statement.type === "VariableDeclaration") {
      const end = statement.declarations.at(-1)?.end ?? start;
      return [{ start, end: start + "var".length, text: "void (" }, insertion(end, ")")];
    }
    const isLast = index === body.length - 1;
    if (statement.type !== "ExpressionStatement" || !isLast) return [];
    return [insertion(start, "return ("), insertion(statement.expression.end, ")")];
  });
  const functions = body.flatMap((statement) => (statement.type === "FunctionDeclaration" ? [statement.id.name] : []));
  return functions.map((name) => `globalThis.${name} = ${name}; `).join("") + applyEdits(script, edits);
}

function asJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

const modules = { "simple-stats": "export const one = 1;" };

describeExecutor("SandboxExecutor", () => new SandboxExecutor());
describeExecutor("SandboxExecutor with modules", () => new SandboxExecutor({}, { modules }));
describeExecutor("an executor around another", () => new RecordingExecutor());
describeExecutor("an executor by node:vm", () => new VmExecutor());
