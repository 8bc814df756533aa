import { endOtherwise, endWhenForgotten } from "./forgotten.ts";
import type { ModelCall } from "./model-call.ts";
import { isApiStream, watchStream } from "./watch-stream.ts";

/**
 * Has a call end with the promise that the `openai` package gave for it, or with the stream that it brings. The promise stays the same object.
 *
 * It is not awaited here: a failure that nobody handles is as unhandled as before.
 */
export function watchPromise(given: unknown, call: ModelCall): void {
  if (isApiPromise(given)) watchApiPromise(given, call);
  else if (given instanceof Promise) watchOther(given, call);
  // A client of somebody's own.
  else endOrFollow(given, call);
}

/**
 * What is used of the package's `APIPromise`. The response comes by `responsePromise`; nothing reads its body before `parseResponse`, which every way of awaiting
 * calls. `parse` and others derive another promise from it.
 */
interface ApiPromise {
  responsePromise: Promise<unknown>;
  parseResponse: (...args: readonly unknown[]) => unknown;
  asResponse: () => Promise<unknown>;
}

/** Makes a promise for the same response, whose data a function transforms. */
const DERIVE = "_thenUnwrap";
/** Is there as soon as somebody awaits the promise. */
const PARSED = "parsedPromise";

function isApiPromise(value: unknown): value is Promise<unknown> & ApiPromise {
  if (!(value instanceof Promise) || !("responsePromise" in value) || !("parseResponse" in value)) return false;
  return value.responsePromise instanceof Promise && typeof value.parseResponse === "function" && "asResponse" in value;
}

function watchApiPromise(promise: Promise<unknown> & ApiPromise, call: ModelCall): void {
  // Another instrumentor awaits it already, by the promise of before: nobody would handle a failure of the one in its place.
  if (Reflect.get(promise, PARSED) !== undefined) return watchOther(promise, call);
  // In place of the other, not beside it: there a failure would count as handled, though nobody awaited it.
  const response = promise.responsePromise.catch((error: unknown) => {
    call.fail(error);
    throw error;
  });
  let isParsing = false;
  let isSeen = false;
  const family: Family = {
    call,
    response,
    isParsing: () => isParsing,
    parse: () => {
      isParsing = true;
      endOtherwise(promise);
    },
    see: (whole) => {
      if (!isSeen) endOrFollow(whole, call);
      isSeen = true;
    },
  };
  adopt(promise, family);
  seeParsed(promise, family);
  endWhenForgotten(promise, call);
}

/** Is what the promises for one response have in common. It keeps the first of them from being collected. */
interface Family {
  readonly call: ModelCall;
  readonly response: Promise<unknown>;
  readonly isParsing: () => boolean;
  readonly parse: () => void;
  /** Takes the data, as they are before any transformation. */
  readonly see: (whole: unknown) => void;
}

function adopt(promise: ApiPromise, family: Family): void {
  const { parseResponse, asResponse } = promise;
  promise.responsePromise = family.response;
  promise.parseResponse = async (...args) => {
    family.parse();
    try {
      return await Reflect.apply(parseResponse, promise, args);
    } catch (error) {
      family.call.fail(error);
      throw error;
    }
  };
  define(promise, "asResponse", async () => {
    const response = await Reflect.apply(asResponse, promise, []);
    if (!family.isParsing()) family.call.end("raw_response");
    return response;
  });
  const derive: unknown = Reflect.get(promise, DERIVE);
  if (typeof derive !== "function") return;
  define(promise, DERIVE, (transform: (...args: readonly unknown[]) => unknown) => {
    // Those of openai 7 read the response past the promise that they are made of.
    const seeAndTransform = (...args: readonly unknown[]): unknown => {
      family.see(args[0]);
      return transform(...args);
    };
    const derived: unknown = Reflect.apply(derive, promise, [seeAndTransform]);
    if (isApiPromise(derived)) adopt(derived, family);
    return derived;
  });
}

function seeParsed(promise: ApiPromise, { see }: Family): void {
  const { parseResponse } = promise;
  promise.parseResponse = async (...args) => {
    const whole = await parseResponse(...args);
    see(whole);
    return whole;
  };
}

function define(promise: ApiPromise, name: string, value: unknown): void {
  const isEnumerable = Object.getOwnPropertyDescriptor(promise, name)?.enumerable ?? false;
  Object.defineProperty(promise, name, { value, enumerable: isEnumerable, configurable: true, writable: true });
}

/** Nothing can be put in its place, so that its failure counts as handled. */
function watchOther(promise: Promise<unknown>, call: ModelCall): void {
  promise.then(
    (whole) => endOrFollow(whole, call),
    (error: unknown) => call.fail(error),
  );
}

function endOrFollow(whole: unknown, call: ModelCall): void {
  if (isApiStream(whole)) watchStream(whole, call);
  else call.endWith(whole);
}
