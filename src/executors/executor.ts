/** A tool as code sees it: an async function of one JSON value. It rejects with the message that the code may catch. */
export type HostFunction = (input: unknown) => Promise<unknown>;

/** Holds what one piece of code may use. */
export interface ExecutionOptions {
  /** Async functions of one object, under the names that the code calls. */
  readonly tools: Readonly<Record<string, HostFunction>>;
  /** JSON values that the code finds as variables. One that is the same as at the last run is left as the code has it. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Called once by `finalAnswer(x)` or `final_answer(x)` with the awaited x; its result ends the code at once. */
  readonly finalAnswer: HostFunction;
  /** Called with each line printed, as it is printed. */
  readonly onLog?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What code gave. `value` is its last value (or the final answer) as JSON data; `text` is that value as people read it; `logs` is what it printed. */
export interface ExecutionResult {
  readonly value: unknown;
  readonly text: string;
  readonly logs: string;
  readonly isFinalAnswer: boolean;
}

/**
 * Runs code that a model wrote. Variables, functions and classes live on from one `run` to the next.
 *
 * Subclass it for a sandbox of your own: implement `evaluate`.
 */
export abstract class Executor {
  /**
   * Runs the code to its end, and until every tool call that it made has settled.
   *
   * Errors: CodeExecutionError, with the logs up to there; AgentAbortError when the signal fires.
   */
  async run(code: string, options: ExecutionOptions): Promise<ExecutionResult> {
    return this.evaluate(code, options);
  }

  protected abstract evaluate(code: string, options: ExecutionOptions): Promise<ExecutionResult>;

  /** Frees threads and handles, and keeps the state: a later `run` goes on from there. */
  async suspend(): Promise<void> {}
}
