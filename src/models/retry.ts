import { reasonOf, toError } from "../errors.ts";
import type { ModelRetry } from "./model.ts";

interface WatchedCall {
  readonly onRetry: (retry: ModelRetry) => void;
  attempts: number;
  failure: Omit<ModelRetry, "attempt"> | undefined;
  /** What the listener threw. */
  fault: Error | undefined;
}

/** By which name a call goes through its client to `watchedFetch`. Not by AsyncLocalStorage, which costs something at every promise and every chunk. */
const WATCHED_CALL = Symbol("vitrine watched call");

/**
 * Makes a call of a client that has `watchedFetch`, and tells of each retry right before it is made.
 *
 * The call is to give the client `fetchOptions` for this request. Errors: whatever it rejects with; what `onRetry` throws.
 */
export async function watchRetries<T>(
  onRetry: (retry: ModelRetry) => void,
  call: (fetchOptions: object) => Promise<T>,
): Promise<T> {
  const watched: WatchedCall = { onRetry, attempts: 0, failure: undefined, fault: undefined };
  try {
    return await call({ [WATCHED_CALL]: watched });
  } catch (thrown) {
    throw watched.fault ?? thrown;
  }
}

/** Fetches as `globalThis.fetch` does, whichever it is by then. To clients it is one of their own: they know nothing of the call that is watched. */
export async function watchedFetch(
  input: string | URL | Request,
  init?: RequestInit & { readonly [WATCHED_CALL]?: WatchedCall },
): Promise<Response> {
  const call = init?.[WATCHED_CALL];
  if (!call) return globalThis.fetch(input, init);
  tellOfRetry(call);
  // A failure of the network would be tried again, and an error of this kind is not.
  if (call.fault) return new Response(null, { status: 400 });
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
    call.fault = toError(thrown);
  }
}
