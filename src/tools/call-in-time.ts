import { abortError, throwIfAborted } from "../abort.ts";

interface TimeLimit {
  /** The caller's. */
  readonly signal: AbortSignal;
  /** In milliseconds, up to MAX_TIMEOUT_MS. */
  readonly timeoutMs: number;
  readonly makeTimeoutError: () => Error;
}

/** More than that a timer of Node cannot hold: it would fire at once. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Does work that may take so long and no longer. The signal that the work gets fires at the limit, or with the caller's.
 *
 * From then on the work is not waited for, and what it gives later is dropped: it may not heed its signal.
 * Errors: the work's; AgentAbortError, if the caller's signal fires first; else the time-out error.
 */
export async function callInTime<T>(work: (signal: AbortSignal) => Promise<T>, limit: TimeLimit): Promise<T> {
  const { signal, timeoutMs, makeTimeoutError } = limit;
  const controller = new AbortController();
  throwIfAborted(signal);
  let timer: NodeJS.Timeout | undefined;
  let stopListening: (() => void) | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      // Rejects first, then tells the work: what the work makes of its signal comes too late to count.
      const giveUp = (error: Error, reason: unknown): void => {
        reject(error);
        controller.abort(reason);
      };
      const onAbort = (): void => giveUp(abortError(signal), signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      // Not AbortSignal.any: the signal of a long run would keep a trace of each call.
      stopListening = () => signal.removeEventListener("abort", onAbort);
      timer = setTimeout(() => {
        const error = makeTimeoutError();
        giveUp(error, new DOMException(error.message, "TimeoutError"));
      }, timeoutMs);
      work(controller.signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    stopListening?.();
  }
}
