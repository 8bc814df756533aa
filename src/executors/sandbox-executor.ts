import type { Worker } from "node:worker_threads";
import { throwIfAborted } from "../abort.ts";
import { ConfigurationError } from "../errors.ts";
import { type ImportableModules, readModules } from "./authorized-modules.ts";
import { type ExecutionOptions, type ExecutionResult, Executor } from "./executor.ts";
import type { SandboxData, SandboxLimits, SandboxState } from "./sandbox-messages.ts";
import { SentVariables } from "./sent-variables.ts";

export type { SandboxLimits } from "./sandbox-messages.ts";

const DEFAULT_LIMITS = { cpuMs: 5_000, memoryBytes: 64 * 2 ** 20, hostCalls: 256, parallelHostCalls: 32 };
/** What the sandbox itself puts among the globals; see guest-kit.js. */
const OWN_NAMES = ["finalAnswer", "final_answer", "console", "require"];

/** Holds what code may use beside the language and its tools. */
export interface SandboxOptions {
  /** Sources of ES modules, by the names under which code imports them. They may import each other by these names. */
  readonly modules?: Readonly<Record<string, string>>;
}

/**
 * Runs code in QuickJS, compiled to WebAssembly, in a worker thread: it reaches nothing but its tools.
 *
 * Variables, functions and classes live on from run to run. A run that had to be stopped (time, memory, a promise that never settles) is undone.
 */
export class SandboxExecutor extends Executor {
  readonly #limits: Required<SandboxLimits>;
  readonly #modules: Readonly<Record<string, string>>;
  readonly #importable: ImportableModules;
  #parts: ReturnType<typeof loadSandbox> | undefined;
  #worker: Worker | undefined;
  /** The interpreter after the last run that was not stopped. */
  #state: SandboxState | undefined;
  readonly #variables = new SentVariables();
  #runCount = 0;
  #isRunning = false;

  /** Errors: ConfigurationError for a module that cannot be read. */
  constructor(limits: SandboxLimits = {}, { modules = {} }: SandboxOptions = {}) {
    super();
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#modules = { ...modules };
    this.#importable = readModules(modules);
  }

  protected override async evaluate(code: string, options: ExecutionOptions): Promise<ExecutionResult> {
    // Kept, as importing takes its time in every step, also of what is loaded already.
    this.#parts ??= loadSandbox();
    const { prepareCode, sandboxResult, SandboxStep, startWorker } = await this.#parts;
    throwIfAborted(options.signal);
    const toolNames = Object.keys(options.tools).filter((name) => !OWN_NAMES.includes(name));
    const reservedNames = [...toolNames, ...OWN_NAMES];
    const prepared = prepareCode(code, { reservedNames, modules: this.#importable });
    const variables = this.#variables.news(options.variables, { reservedNames });
    const message = {
      type: "run",
      code: prepared,
      fileName: `code-${++this.#runCount}.js`,
      toolNames,
      variables: variables.json,
    } as const;
    this.#occupy();
    try {
      const worker = this.#take(startWorker);
      const step = new SandboxStep(worker, { limits: this.#limits, execution: options });
      const end = await step.run(message);
      if (end.type === "stopped") await this.suspend();
      else {
        this.#state = end.state;
        variables.markAsSent();
      }
      await step.calls.settled();
      if (step.fatal) throw step.fatal;
      const { finalAnswer, errors } = step.calls;
      const logs = step.logs.join("\n");
      return sandboxResult(end, { code, logs, limits: this.#limits, toolNames, finalAnswer, errors });
    } finally {
      this.#isRunning = false;
      this.#worker?.unref();
    }
  }

  /** Ends the worker thread. The state stays here, and the next run goes on from it. */
  override async suspend(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #occupy(): void {
    if (this.#isRunning) {
      throw new ConfigurationError("This sandbox is running code already: wait for it, or take a sandbox of its own.");
    }
    this.#isRunning = true;
  }

  #take(startWorker: (data: SandboxData) => Worker): Worker {
    this.#worker ??= this.#watched(startWorker({ limits: this.#limits, modules: this.#modules, state: this.#state }));
    this.#worker.ref();
    return this.#worker;
  }

  /** A step hears of both for itself; between steps, the next one takes a new worker. */
  #watched(worker: Worker): Worker {
    return worker
      .on("error", () => {})
      .on("exit", () => {
        if (this.#worker === worker) this.#worker = undefined;
      });
  }
}

/** Loads what running code needs, the parser above all, when there is code to run: most agents have none. */
async function loadSandbox() {
  const { prepareCode } = await import("./prepare-code.ts");
  const { sandboxResult } = await import("./sandbox-result.ts");
  const { SandboxStep } = await import("./sandbox-step.ts");
  const { startWorker } = await import("./start-worker.ts");
  return { prepareCode, sandboxResult, SandboxStep, startWorker };
}
