import { context, createContextKey, diag } from "@opentelemetry/api";
import { retryEvent } from "../shared/retry-event.ts";
import { addSpanEvent } from "../shared/traced.ts";

/** What the package fetches by, once an attempt. */
const FETCH = "fetchWithTimeout";

interface Fetcher {
  [FETCH](...args: readonly unknown[]): Promise<Response>;
}

type Failure = Omit<Parameters<typeof retryEvent>[0], "attempt">;

/** Holds what came of the attempts of one call so far. */
class Attempts {
  count = 0;
  failure: Failure | undefined;
}

const ATTEMPTS_KEY = createContextKey("vitrine attempts of a model call");

/** Makes a call whose retries are told as events of the span that is active, right before they are made. */
export function tellingOfRetries<T>(make: () => T): T {
  return context.with(context.active().setValue(ATTEMPTS_KEY, new Attempts()), make);
}

const watched = new WeakSet<object>();

/** Has the attempts of the calls of a class of clients seen. Where the package fetches otherwise, retries are not told of. */
export function watchFetching(prototype: object | undefined): void {
  try {
    const owner = prototype && ownerOf(prototype);
    if (owner && !watched.has(owner)) watch(owner);
  } catch (fault) {
    diag.warn("vitrine: retries of the openai package cannot be told of", fault);
  }
}

/** Finds where the method stands: clients of openai 7 that find another in its place do not fetch as before. */
function ownerOf(prototype: object): Fetcher | undefined {
  let owner: unknown = prototype;
  while (typeof owner === "object" && owner !== null && !Object.hasOwn(owner, FETCH))
    owner = Object.getPrototypeOf(owner);
  return isFetcher(owner) ? owner : undefined;
}

function isFetcher(owner: unknown): owner is Fetcher {
  return typeof owner === "object" && owner !== null && FETCH in owner && typeof owner[FETCH] === "function";
}

function watch(owner: Fetcher): void {
  const original = owner[FETCH];
  owner[FETCH] = function fetchWithTimeout(this: unknown, ...args) {
    const active = context.active();
    const attempts = active.getValue(ATTEMPTS_KEY);
    if (!(attempts instanceof Attempts)) return Reflect.apply(original, this, args);
    tell(attempts);
    attempts.count += 1;
    // What a client's own fetch asks of another is no attempt of this call.
    const response = context.with(active.deleteValue(ATTEMPTS_KEY), () => Reflect.apply(original, this, args));
    void note(response, { attempts, controller: args[3] });
    return response;
  };
  watched.add(owner);
}

function tell({ count, failure = { reason: "unknown" } }: Attempts): void {
  try {
    if (count > 0) addSpanEvent(retryEvent({ attempt: count, ...failure }));
  } catch (fault) {
    diag.warn("vitrine: a retry could not be told of", fault);
  }
}

/** Beside the package, which gets the very promise. */
async function note(
  response: Promise<Response>,
  { attempts, controller }: { readonly attempts: Attempts; readonly controller: unknown },
): Promise<void> {
  try {
    const { status, statusText } = await response;
    attempts.failure = { reason: `${status} ${statusText}`.trim(), status };
  } catch (thrown) {
    // The package aborts an attempt for one reason, if it tries again.
    const isTimeout = controller instanceof AbortController && controller.signal.aborted;
    attempts.failure = { reason: isTimeout ? "timed out" : thrown };
  }
}
