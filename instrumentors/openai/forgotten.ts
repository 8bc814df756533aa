import type { ModelCall } from "./model-call.ts";

const forgotten = new FinalizationRegistry<ModelCall>((call) => call.end("unread"));

/**
 * Ends a call when the garbage collector takes what it gave: a promise nobody awaited, a stream nobody read, or nobody any more.
 *
 * A last resort: nothing else tells that nobody will read. Who keeps a stream and never reads it keeps its span open.
 */
export function endWhenForgotten(given: object, call: ModelCall): void {
  forgotten.register(given, call, given);
}

/** Takes that back: the call now ends otherwise. */
export function endOtherwise(given: object): void {
  forgotten.unregister(given);
}
