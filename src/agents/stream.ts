import type { RunOptions } from "./agent-options.ts";
import type { AgentEvent } from "./events.ts";
import type { RunResult } from "./run-result.ts";

type StreamedRun = (options: Required<Pick<RunOptions, "onEvent" | "signal">>) => Promise<RunResult>;

/**
 * Gives the events of a run as they happen; `result` is the run's own promise.
 *
 * The run starts at once, and goes on to its end also when nobody reads. Leaving the loop aborts it, and waits until it has ended.
 * Errors: the iteration throws what the run rejects with, after its `final` event.
 */
export class AgentStream implements AsyncIterable<AgentEvent> {
  readonly result: Promise<RunResult>;
  readonly #events: AgentEvent[] = [];
  readonly #abort = new AbortController();
  readonly #waiting: (() => void)[] = [];
  #isSettled = false;
  #isLeft = false;

  constructor(run: StreamedRun, signal: AbortSignal | undefined) {
    const signals = [this.#abort.signal, ...(signal ? [signal] : [])];
    const onEvent = (event: AgentEvent): void => {
      this.#events.push(event);
      this.#wake();
    };
    this.result = run({ onEvent, signal: AbortSignal.any(signals) });
    const settle = (): void => {
      this.#isSettled = true;
      this.#wake();
    };
    this.result.then(settle, settle);
  }

  [Symbol.asyncIterator](): AsyncIterator<AgentEvent> {
    return {
      next: async () => this.#next(),
      return: async () => {
        this.#isLeft = true;
        this.#abort.abort(new Error("The consumer has left the stream."));
        await this.result.catch(() => {});
        return { done: true, value: undefined };
      },
    };
  }

  async #next(): Promise<IteratorResult<AgentEvent>> {
    while (!this.#isLeft) {
      const value = this.#events.shift();
      if (value) return { done: false, value };
      if (this.#isSettled) {
        await this.result;
        break;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return { done: true, value: undefined };
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
