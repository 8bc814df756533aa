import { toJson } from "../describe.ts";
import { ConfigurationError, LimitError } from "../errors.ts";
import { NO_USAGE, type Usage } from "../models/usage.ts";
import type { StopReason } from "./run-result.ts";

/** How much one run may use up, its managed agents included. */
export interface RunLimits {
  /** Tool calls; the final answer is none. The call beyond them is refused, and the run ends after its step. */
  readonly toolCalls?: number;
  /** Tokens in and out. Looked at before each step. */
  readonly totalTokens?: number;
  /** US dollars; needs the `price` of the model. Looked at before each step. */
  readonly costUsd?: number;
  /** Milliseconds. What goes on at their end is cut short: the model's call, the tools' `signal`. */
  readonly durationMs?: number;
  /** How often the same call, or the same code, may be made in a run. The one beyond is refused, and the run ends after its step. */
  readonly repeatedCalls?: number;
}

/** Why a run must end, and the sentence that says so. */
export interface Stop {
  readonly reason: StopReason;
  readonly message: string;
}

/** Writes a number of things: `1 step`, `2 steps`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** Throws a ConfigurationError for a limit that is none. */
export function assertLimits(limits: RunLimits): void {
  for (const [name, value] of Object.entries(limits)) {
    if (!LIMITS.has(name)) {
      throw new ConfigurationError(`limits.${name} does not exist; there are: ${[...LIMITS].join(", ")}.`);
    }
    if (value === undefined || (typeof value === "number" && value >= 0)) continue;
    throw new ConfigurationError(`limits.${name} is ${String(value)}; it must be a number, 0 or more.`);
  }
}

const LIMITS = new Set(["toolCalls", "totalTokens", "costUsd", "durationMs", "repeatedCalls"]);
/** What a timer of Node's can wait for. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Counts what a run uses up, and keeps its time. */
export class LimitGuard {
  readonly #limits: RunLimits;
  readonly #deadline: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #repeats = new Map<string, number>();
  #toolCalls = 0;
  #hasUnpricedCalls = false;
  #refusal: Stop | undefined;

  constructor(limits: RunLimits = {}) {
    const { durationMs = Infinity } = limits;
    this.#limits = limits;
    if (durationMs > MAX_TIMER_MS) return;
    const controller = new AbortController();
    this.#deadline = controller.signal;
    this.#timer = setTimeout(() => controller.abort(new Error("The time of the run is up.")), durationMs).unref();
  }

  /** Fires when the time is up; undefined where there is time without end. */
  get deadline(): AbortSignal | undefined {
    return this.#deadline;
  }

  /** How many tool calls were counted. */
  get toolCalls(): number {
    return this.#toolCalls;
  }

  /** Counts a tool call. Errors: LimitError for one too many. */
  countCall(): void {
    const { toolCalls = Infinity } = this.#limits;
    if (this.#toolCalls >= toolCalls) {
      this.#refuse("tool-calls", `This call was not made: the run has used up its ${counted(toolCalls, "tool call")}.`);
    }
    this.#toolCalls++;
  }

  /** Notes a model call that nobody knows the price of: then the cost of the run is not known either. */
  countUsage({ costUsd, totalTokens }: Usage): void {
    if (costUsd === undefined && totalTokens > 0) this.#hasUnpricedCalls = true;
  }

  /** Counts how often the same thing was done. Errors: LimitError for one time too many. */
  countRepeat(name: string, input: unknown): void {
    const { repeatedCalls = Infinity } = this.#limits;
    if (repeatedCalls === Infinity) return;
    const key = `${name} ${inOneOrder(input)}`;
    const count = this.#repeats.get(key) ?? 0;
    if (count >= repeatedCalls) {
      const why = count === 0 ? "no call is allowed" : `it had the same input ${counted(count, "time")} already`;
      this.#refuse("repeated-calls", `"${name}" was not run: ${why} in this run.`);
    }
    this.#repeats.set(key, count + 1);
  }

  /**
   * Says whether something is used up. Asks for the usage only where that is limited.
   *
   * Errors: ConfigurationError if there is a limit in tokens or money, and the model was asked and tells of no usage, or nobody knows the price.
   */
  reached(countUsage: () => Usage, { hasAsked }: { readonly hasAsked: boolean }): Stop | undefined {
    const { totalTokens = Infinity, costUsd = Infinity, durationMs } = this.#limits;
    const usage = totalTokens === Infinity && costUsd === Infinity ? NO_USAGE : countUsage();
    const limited = totalTokens === Infinity ? "costUsd" : "totalTokens";
    if (hasAsked && usage !== NO_USAGE && usage.totalTokens === 0) {
      throw new ConfigurationError(
        `limits.${limited} needs to know the usage, and the model reports none: leave the limit out, or take maxSteps or limits.durationMs in its place.`,
      );
    }
    if (costUsd !== Infinity && this.#hasUnpricedCalls) {
      throw new ConfigurationError(
        "limits.costUsd needs to know what every model costs, those of managed agents too: give each a `price` ({ inputPerMillion, outputPerMillion }, in US dollars).",
      );
    }
    if (this.#refusal) return this.#refusal;
    if (usage.totalTokens >= totalTokens)
      return stop("tokens", `The run has used ${usage.totalTokens} of its ${totalTokens} tokens.`);
    if ((usage.costUsd ?? 0) >= costUsd)
      return stop("cost", `The run has cost ${usage.costUsd ?? 0} of its ${costUsd} US dollars.`);
    if (this.#deadline?.aborted) return stop("duration", `The run has used up its ${durationMs} ms.`);
    return undefined;
  }

  /** Stops the clock. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #refuse(reason: StopReason, message: string): never {
    this.#refusal ??= { reason, message };
    throw new LimitError(message, { limit: reason });
  }
}

/** Models write the same arguments now in this order, now in that. */
function inOneOrder(input: unknown): string | undefined {
  const json = toJson(input);
  return json === undefined ? undefined : JSON.stringify(JSON.parse(json), sortKeys);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function stop(reason: StopReason, message: string): Stop {
  return { reason, message };
}
