import { setTimeout as delay } from "node:timers/promises";
import { throwIfAborted, untilAborted } from "./abort.ts";
import { ConfigurationError } from "./errors.ts";

/** Tells the time, and lets it pass. Milliseconds. */
export interface Clock {
  now(): number;
  /** Ends early, by a rejection, when the signal fires. */
  sleep(durationMs: number, signal: AbortSignal | undefined): Promise<void>;
}

const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: async (durationMs, signal) => delay(durationMs, undefined, signal ? { signal } : {}),
};

/** Keeps the beginnings of requests apart, whoever makes them, by an interval at least. */
export class Pace {
  readonly #intervalMs: number;
  readonly #clock: Clock;
  #freeAt = -Infinity;
  #last: Promise<void> = Promise.resolve();

  constructor(intervalMs: number, clock: Clock = SYSTEM_CLOCK) {
    this.#intervalMs = intervalMs;
    this.#clock = clock;
  }

  /** Errors: ConfigurationError unless it is a number above 0. */
  static ofRequestsPerMinute(requestsPerMinute: number): Pace {
    if (requestsPerMinute > 0) return new Pace(60_000 / requestsPerMinute);
    throw new ConfigurationError(`requestsPerMinute is ${requestsPerMinute}: it must be more than 0.`);
  }

  /**
   * Waits for the caller's turn, first come, first served. Who gives up leaves no gap.
   *
   * Errors: AgentAbortError as soon as the signal fires.
   */
  async untilFree(signal: AbortSignal | undefined): Promise<void> {
    const turn = this.#last.then(async () => this.#take(signal));
    this.#last = turn.catch(() => {});
    return untilAborted(turn, signal);
  }

  async #take(signal: AbortSignal | undefined): Promise<void> {
    throwIfAborted(signal);
    // Timers may fire a little early.
    for (let now = this.#clock.now(); now < this.#freeAt; now = this.#clock.now())
      await this.#clock.sleep(Math.ceil(this.#freeAt - now), signal);
    this.#freeAt = this.#clock.now() + this.#intervalMs;
  }
}
