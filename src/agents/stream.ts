import type { AgentEvent } from "./events.ts";
import type { RunOptions } from "./run-options.ts";
import type { RunResult } from "./run-result.ts";

type StreamedRun<Output> = (options: Required<Pick<RunOptions, "onEvent" | "signal">>) => Promise<RunResult<Output>>;

/** How many events may wait for their reader before the run waits too. */
const MAX_UNREAD = 256;

/**
 * Gives the events of a run as they happen; `result` is the run's own promise.
 *
 * The run starts at once, and goes on to its end also when nobody ever reads. To one who reads slowly it listens: it takes no further step while 256
 * events are unread. None is lost. Leaving the loop aborts the run, and waits until it has ended.
 * Errors: the iteration throws what the run rejects with, after its `final` event.
 */
export class AgentStream<Output = unknown> implements AsyncIterable<AgentEvent> {
  readonly result: Promise<RunResult<Output>>;
  readonly #events: AgentEvent[] = [];
  readonly #abort = new AbortController();
  /** Readers that wait for an event. */
  readonly #readers: (() => void)[] = [];
  /** Steps that wait for the reader. */
  readonly #steps: (() => void)[] = [];
  #isRead = false;
  #isSettled = false;
  #isLeft = false;

  constructor(run: StreamedRun<Output>, signal: AbortSignal | undefined) {
    const signals = [this.#abort.signal, ...(signal ? [signal] : [])];
    this.result = run({ onEvent: (event) => this.#push(event), signal: AbortSignal.any(signals) });
    const settle = (): void => {
      this.#isSettled = true;
      wake(this.#readers);
    };
    this.result.then(settle, settle);
  }

  [Symbol.asyncIterator](): AsyncIterator<AgentEvent> {
    this.#isRead = true;
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

  #push(event: AgentEvent): Promise<void> | void {
    this.#events.push(event);
    wake(this.#readers);
    if (!this.#isRead || this.#events.length < MAX_UNREAD) return undefined;
    return new Promise((resolve) => this.#steps.push(resolve));
  }

  async #next(): Promise<IteratorResult<AgentEvent>> {
    while (!this.#isLeft) {
      const value = this.#events.shift();
      if (this.#events.length < MAX_UNREAD) wake(this.#steps);
      if (value) return { done: false, value };
      if (this.#isSettled) {
        await this.result;
        break;
      }
      await new Promise<void>((resolve) => this.#readers.push(resolve));
    }
    return { done: true, value: undefined };
  }
}

function wake(waiting: (() => void)[]): void {
  for (const resolve of waiting.splice(0)) resolve();
}
