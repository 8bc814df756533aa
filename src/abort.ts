import { AgentAbortError } from "./errors.ts";

/** Throws an AgentAbortError if the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/**
 * Settles with the promise, or rejects as soon as the signal fires, whichever is first.
 *
 * For work that may not heed its signal. The work itself goes on; what it gives later is dropped.
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(abortError(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** Makes a signal that never fires, for who must have one. Not one for all: what listens to it must not outlive its work. */
export function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

/** Makes the error of an abort; the signal's reason is its `cause`. */
export function abortError(signal: AbortSignal): AgentAbortError {
  return new AgentAbortError("The run was aborted.", { cause: signal.reason });
}
