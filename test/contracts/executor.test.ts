import { type ExecutionOptions, type ExecutionResult, Executor, SandboxExecutor } from "vitrine";
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

const modules = { "simple-stats": "export const one = 1;" };

describeExecutor("SandboxExecutor", () => new SandboxExecutor());
describeExecutor("SandboxExecutor with modules", () => new SandboxExecutor({}, { modules }));
describeExecutor("an executor around another", () => new RecordingExecutor());
