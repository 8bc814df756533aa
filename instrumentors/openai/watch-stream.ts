import { endWhenForgotten } from "./forgotten.ts";
import { isObject } from "./json.ts";
import type { ModelCall } from "./model-call.ts";

/** What is used of the package's `Stream`: all that reads it (`for await`, `tee`, `toReadableStream`) goes through `iterator`. */
export interface ApiStream {
  iterator: () => AsyncIterator<unknown>;
  readonly controller: AbortController;
}

/** Tells a stream of the `openai` package from a whole answer. */
export function isApiStream(value: unknown): value is ApiStream {
  return isObject(value) && typeof value["iterator"] === "function" && value["controller"] instanceof AbortController;
}

/** Has a call see what is read of its stream, and end with it. The stream stays the same object, and gives the same things. */
export function watchStream(stream: ApiStream, call: ModelCall): void {
  endWhenForgotten(stream, call);
  const { iterator } = stream;
  const reading: Reading = { pending: 0 };
  let isWatched = false;
  stream.iterator = () => {
    const items = Reflect.apply(iterator, stream, []);
    // A second reading is refused by the package, and is no failure of the call.
    if (!isWatched) watchItems(items, { stream, call, reading });
    isWatched = true;
    return items;
  };
  endWhenAborted(stream.controller.signal, { call, reading });
}

/** How many pieces its reader waits for. */
interface Reading {
  pending: number;
}

/**
 * Has a call end when its stream is aborted, though nobody reads it any more. Where somebody waits for a piece, that tells: the package aborts a stream that failed, too.
 *
 * A signal may outlive its stream, and so may what listens to it: neither may hold the stream. So this is a function of its own, which shares no scope with what does.
 */
function endWhenAborted(signal: AbortSignal, { call, reading }: { call: ModelCall; reading: Reading }): void {
  const end = (): void => {
    if (reading.pending === 0) call.end("aborted");
  };
  if (signal.aborted) return end();
  signal.addEventListener("abort", end, { once: true });
  const forget = (): void => signal.removeEventListener("abort", end);
  call.ended.then(forget, forget);
}

interface Watching {
  readonly stream: ApiStream;
  readonly call: ModelCall;
  readonly reading: Reading;
}

/** Replaces the three methods on the iterator itself, which keeps the stream from being collected as long as it is read. */
function watchItems(items: AsyncIterator<unknown>, { stream, call, reading }: Watching): void {
  const { next, return: stop, throw: raise } = items;
  items.next = (...values) => {
    reading.pending += 1;
    return Reflect.apply(next, items, values).then(
      (result: IteratorResult<unknown>) => {
        reading.pending -= 1;
        if (!result.done) call.see(result.value);
        // The package ends an aborted stream as if it were whole.
        else call.end(stream.controller.signal.aborted ? "aborted" : undefined);
        return result;
      },
      (error: unknown) => {
        reading.pending -= 1;
        call.fail(error);
        throw error;
      },
    );
  };
  if (stop)
    items.return = (...values) => {
      call.end("abandoned");
      return Reflect.apply(stop, items, values);
    };
  if (raise)
    items.throw = (...values) => {
      call.fail(values[0]);
      return Reflect.apply(raise, items, values);
    };
}
