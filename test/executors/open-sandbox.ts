import { afterAll, onTestFinished } from "vitest";
import type { ExecutionOptions, ExecutionResult } from "../../src/executors/executor.ts";
import { SandboxExecutor, type SandboxLimits } from "../../src/executors/sandbox-executor.ts";

export interface Sandbox {
  readonly executor: SandboxExecutor;
  /** Runs code without tools, the final answer as it is, unless the options say otherwise. */
  readonly run: (code: string, options?: Partial<ExecutionOptions>) => Promise<ExecutionResult>;
}

/** Opens a sandbox for one test. */
export function openSandbox(limits?: SandboxLimits): Sandbox {
  const sandbox = createSandbox(limits);
  onTestFinished(async () => sandbox.executor.suspend());
  return sandbox;
}

/** Opens a sandbox for all tests of a `describe` that leave nothing behind in it: a thread takes longer to start than most code to run. */
export function shareSandbox(limits?: SandboxLimits): Sandbox {
  const sandbox = createSandbox(limits);
  afterAll(async () => sandbox.executor.suspend());
  return sandbox;
}

/** Opens a sandbox for one test, with modules that its code may import. */
export function openModules(modules: Readonly<Record<string, string>>): Sandbox {
  const sandbox = createSandbox({}, modules);
  onTestFinished(async () => sandbox.executor.suspend());
  return sandbox;
}

function createSandbox(limits?: SandboxLimits, modules: Readonly<Record<string, string>> = {}): Sandbox {
  const executor = new SandboxExecutor(limits, { modules });
  return {
    executor,
    run: async (code, options = {}) =>
      executor.run(code, { tools: {}, finalAnswer: async (answer) => answer, ...options }),
  };
}
