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
  let isWatched = false;
  stream.iterator = () => {
    const items = Reflect.apply(iterator, stream, []);
    // A second reading is refused by the package, and is no failure of the call.
    if (!isWatched) watchItems(items, { stream, call });
    isWatched = true;
    return items;
  };
}

/** Replaces the three methods on the iterator itself, which keeps the stream from being collected as long as it is read. */
function watchItems(items: AsyncIterator<unknown>, { stream, call }: { stream: ApiStream; call: ModelCall }): void {
  const { next, return: stop, throw: raise } = items;
  items.next = (...values) =>
    Reflect.apply(next, items, values).then(
      (result: IteratorResult<unknown>) => {
        if (!result.done) call.see(result.value);
        // The package ends an aborted stream as if it were whole.
        else call.end(stream.controller.signal.aborted ? "aborted" : undefined);
        return result;
      },
      (error: unknown) => {
        call.fail(error);
        throw error;
      },
    );
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
