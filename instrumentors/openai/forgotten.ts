import type { ModelCall } from "./model-call.ts";

const forgotten = new FinalizationRegistry<ModelCall>((call) => call.end("unread"));
const ongoing = new Set<ModelCall>();
let isWatchingExit = false;

/**
 * Ends a call when the garbage collector takes what it gave: a promise nobody awaited, a stream nobody read, or nobody any more.
 *
 * A last resort: nothing else tells that nobody will read. Who keeps a stream and never reads it keeps its span open, as long as the process goes on.
 */
export function endWhenForgotten(given: object, call: ModelCall): void {
  forgotten.register(given, call, given);
}

/** Takes that back: the call now ends otherwise. */
export function endOtherwise(given: object): void {
  forgotten.unregister(given);
}

/** Ends a call when the process has nothing left to do: then nobody will read. Not where the process is told to exit amid its work. */
export function endBeforeExit(call: ModelCall): void {
  if (!isWatchingExit) process.on("beforeExit", endOngoing);
  isWatchingExit = true;
  ongoing.add(call);
  const forget = (): void => void ongoing.delete(call);
  call.ended.then(forget, forget);
}

function endOngoing(): void {
  for (const call of ongoing) call.end("unread");
}
