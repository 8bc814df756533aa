import { AsyncResource } from "node:async_hooks";
import type { Worker } from "node:worker_threads";
import { abortError } from "../abort.ts";
import { ConfigurationError, toError } from "../errors.ts";
import type { ExecutionOptions } from "./executor.ts";
import { HostCalls } from "./host-calls.ts";
import type { HostMessage, RunMessage, SandboxLimits, StepEnd, WorkerMessage } from "./sandbox-messages.ts";

/** How much longer than its computing time a worker may be silent. Some built-ins heed no interrupt: only this ends them. */
const GRACE_MS = 1_000;

interface SandboxStepOptions {
  readonly limits: Required<SandboxLimits>;
  readonly execution: ExecutionOptions;
}

/** Is one step of code as the main thread sees it: answers its calls, passes on what it prints, and stops it if need be. */
export class SandboxStep {
  readonly calls: HostCalls;
  readonly logs: string[] = [];
  /** An error that is none of the code's: the run was aborted, or the program is at fault. */
  fatal: Error | undefined;
  readonly #worker: Worker;
  readonly #options: SandboxStepOptions;
  #end: (end: StepEnd) => void = () => {};
  #isOver = false;
  #hasStarted = false;
  #unanswered = 0;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(worker: Worker, options: SandboxStepOptions) {
    const { tools, finalAnswer } = options.execution;
    const { parallelHostCalls } = options.limits;
    this.#worker = worker;
    this.#options = options;
    this.calls = new HostCalls({ tools, finalAnswer, parallelHostCalls, onFatal: (error) => this.#abandon(error) });
  }

  /** Runs the code until it ends, or has to be stopped; then the worker is of no use any more. Calls may be open still. */
  async run(message: RunMessage): Promise<StepEnd> {
    const { signal } = this.#options.execution;
    // Events come in the context that made the worker, but host functions belong to the context of this run.
    const onMessage = AsyncResource.bind((received: WorkerMessage) => this.#receive(received));
    const onError = (error: Error): void => this.#crash(error);
    const onExit = (): void => this.#crash(new Error("its thread ended"));
    const onAbort = (): void => signal && this.#abandon(abortError(signal));
    this.#worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    signal?.addEventListener("abort", onAbort);
    try {
      return await new Promise<StepEnd>((resolve) => {
        this.#end = resolve;
        this.#send(message);
      });
    } finally {
      this.#isOver = true;
      this.calls.close();
      clearTimeout(this.#watchdog);
      signal?.removeEventListener("abort", onAbort);
      this.#worker.off("message", onMessage).off("error", onError).off("exit", onExit);
    }
  }

  #send(message: HostMessage): void {
    if (this.#isOver) return;
    this.#unanswered++;
    this.#worker.postMessage(message);
    this.#watch();
  }

  #receive(message: WorkerMessage): void {
    switch (message.type) {
      case "started":
        this.#hasStarted = true;
        return this.#watch();
      case "waiting":
        this.#unanswered--;
        return this.#watch();
      case "log":
        return this.#log(message.line);
      case "call":
        void this.calls.answer(message).then((answer) => this.#send(answer));
        return undefined;
      case "done":
      case "failed":
      case "stopped":
        return this.#end(message);
    }
  }

  #log(line: string): void {
    this.logs.push(line);
    try {
      this.#options.execution.onLog?.(line);
    } catch (error) {
      this.#abandon(toError(error));
    }
  }

  /** Waits for the worker while it has something to do. A worker that starts is slow, but runs no code. */
  #watch(): void {
    clearTimeout(this.#watchdog);
    if (!this.#hasStarted || this.#unanswered === 0) return;
    const onSilence = (): void => this.#end({ type: "stopped", reason: "cpu" });
    this.#watchdog = setTimeout(onSilence, this.#options.limits.cpuMs + GRACE_MS);
  }

  #crash(error: Error): void {
    if (this.#hasStarted) return this.#end({ type: "stopped", reason: "crash" });
    this.#abandon(new ConfigurationError(`The sandbox did not start: ${error.message}`, { cause: error }));
  }

  #abandon(error: Error): void {
    this.fatal ??= error;
    this.#end({ type: "stopped", reason: "host" });
  }
}
