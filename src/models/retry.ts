import { AsyncLocalStorage } from "node:async_hooks";
import { reasonOf, toError } from "../errors.ts";
import type { ModelRetry } from "./model.ts";

interface WatchedCall {
  readonly onRetry: (retry: ModelRetry) => void;
  /** Ends the call: what a listener throws must not look like a failure of the network, to be tried again. */
  readonly stop: AbortController;
  attempts: number;
  failure: Omit<ModelRetry, "attempt"> | undefined;
}

const calls = new AsyncLocalStorage<WatchedCall>();

/**
 * Makes a call of a client that has `watchedFetch`, and tells of each retry right before it is made.
 *
 * The call is given a signal to heed. Errors: whatever it rejects with; what `onRetry` throws.
 */
export async function watchRetries<T>(
  onRetry: (retry: ModelRetry) => void,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  return calls.run({ onRetry, stop, attempts: 0, failure: undefined }, async () => {
    try {
      return await call(stop.signal);
    } catch (thrown) {
      throw stop.signal.aborted ? toError(stop.signal.reason) : thrown;
    }
  });
}

/** Fetches as `globalThis.fetch` does, whichever it is by then. To clients it is one of their own: they know nothing of the call that is watched. */
export async function watchedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const call = calls.getStore();
  if (!call) return globalThis.fetch(input, init);
  tellOfRetry(call);
  try {
    const response = await globalThis.fetch(input, init);
    const { status, statusText } = response;
    call.failure = { reason: `${status} ${statusText}`.trim(), status };
    return response;
  } catch (thrown) {
    // Clients abort an attempt of theirs for one reason.
    call.failure = { reason: init?.signal?.aborted ? "timed out" : reasonOf(toError(thrown)) };
    throw thrown;
  }
}

function tellOfRetry(call: WatchedCall): void {
  const attempt = call.attempts;
  call.attempts += 1;
  if (attempt === 0) return;
  try {
    call.onRetry({ attempt, ...(call.failure ?? { reason: "unknown" }) });
  } catch (thrown) {
    call.stop.abort(thrown);
    throw thrown;
  }
}
