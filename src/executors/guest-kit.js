/* oxlint-disable typescript/unbound-method -- methods are taken off their objects on purpose: a captured Reflect.apply calls them */

/**
 * Calls the host from the guest. The promise gives a JSON text, or undefined for undefined, or rejects with a message.
 * @typedef {(callId: number, toolName: string | undefined, json: string | undefined) => Promise<string | undefined>} Send
 */

/** @typedef {ReturnType<typeof makeBridge>} Bridge */
/** @typedef {Bridge & ReturnType<typeof makeGlobals> & ReturnType<typeof makeReaders>} GuestKit */

/**
 * Is the source of a guest function `(send, log) => kit`: what the host keeps inside the guest.
 *
 * The functions below are never called on this side. Their text is evaluated in the guest, once, before any other code. So they use nothing from outside
 * themselves, and take every built-in at that moment, because code that runs later may replace it.
 */
export const GUEST_KIT_SOURCE = `(send, log) => {
  const bridge = (${String(makeBridge)})(send);
  return { ...bridge, ...(${String(makeGlobals)})(bridge, log), ...(${String(makeReaders)})() };
}`;

/**
 * Makes the ways across the border. All that crosses it is JSON text.
 *
 * @param {Send} send
 */
function makeBridge(send) {
  const { parse, stringify } = JSON;
  const { apply, defineProperty } = Reflect;
  const { then } = Promise.prototype;
  const { get, set } = WeakMap.prototype;
  const [Failure, GuestMap, GuestSet] = [Error, Map, Set];
  const toList = Array.from.bind(Array);
  /** @type {WeakMap<Error, number>} */
  const callIds = new WeakMap();
  let nextCallId = 1;

  // JSON drops NaN and refuses big integers: both go as text. (What is not finite gives no 0 when taken from itself.) Maps and sets go as lists.
  const toJson = (/** @type {unknown} */ value) =>
    stringify(value, (_key, item) => {
      if (typeof item === "bigint" || (typeof item === "number" && item - item !== 0)) return `${item}`;
      return item instanceof GuestMap || item instanceof GuestSet ? toList(item) : item;
    });
  const fromJson = (/** @type {string | undefined} */ json) => (json === undefined ? undefined : parse(json));

  /**
   * @param {string | undefined} toolName undefined for the final answer
   * @param {unknown} input
   * @param {Error} failure made when guest code called, not when the host answers: its stack names the line of the call
   */
  const call = (toolName, input, failure) => {
    const callId = nextCallId++;
    apply(set, callIds, [failure, callId]);
    const onFailure = (/** @type {string} */ message) => {
      defineProperty(failure, "message", { value: message, writable: true, configurable: true });
      throw failure;
    };
    return apply(then, send(callId, toolName, toJson(input)), [fromJson, onFailure]);
  };
  return {
    toJson,
    callTool: (/** @type {string} */ name, /** @type {unknown} */ input) => call(name, input, new Failure()),
    finalAnswer: (/** @type {unknown} */ answer) => {
      const failure = new Failure();
      return apply(then, (async () => answer)(), [(/** @type {unknown} */ value) => call(undefined, value, failure)]);
    },
    callIdOf: (/** @type {Error} */ error) => apply(get, callIds, [error]),
  };
}

/**
 * Makes what code finds as globals, beside the language's own.
 *
 * @param {Bridge} bridge
 * @param {(...values: unknown[]) => void} log
 */
function makeGlobals({ callTool, finalAnswer }, log) {
  const host = globalThis;
  const { parse } = JSON;
  const { defineProperty } = Reflect;
  const Refusal = TypeError;
  const protect = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    const refuse = () => {
      throw new Refusal(`"${name}" is given by the sandbox and cannot be replaced: choose another name`);
    };
    // A variable of an earlier step that bears the name can only be overwritten, and then be closed.
    return (
      defineProperty(host, name, { get: () => value, set: refuse, configurable: false }) ||
      defineProperty(host, name, { value, writable: false })
    );
  };

  // A `then` on every object would make every object a promise that never settles, in all later steps too.
  Object.preventExtensions(Object.prototype);
  protect("console", Object.freeze({ log, info: log, warn: log, error: log, debug: log, table: log, dir: log }));
  protect("finalAnswer", finalAnswer);
  protect("final_answer", finalAnswer);
  protect("require", () => {
    throw new Refusal(
      "There is no require() here: use the language's own objects, your tools, and the modules you may import",
    );
  });
  return {
    defineTool: (/** @type {string} */ name) =>
      protect(name, (/** @type {unknown} */ input = {}) => callTool(name, input)),
    setVariables: (/** @type {string} */ json) => {
      const variables = parse(json);
      for (const name in variables) {
        defineProperty(host, name, { value: variables[name], writable: true, enumerable: true });
      }
    },
  };
}

/** Makes readers of values that trust no method which guest code may have replaced. */
function makeReaders() {
  const { apply, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
  const getterOf = (/** @type {object | null} */ owner, /** @type {string} */ name) =>
    getOwnPropertyDescriptor(owner ?? {}, name)?.get ?? (() => undefined);
  const reader = (/** @type {() => unknown} */ method) => (/** @type {unknown} */ target) => apply(method, target, []);
  const iterator = (/** @type {() => Iterator<unknown>} */ method, /** @type {Iterator<unknown>["next"]} */ next) => {
    return (/** @type {unknown} */ target, /** @type {number} */ count) => {
      const iterated = apply(method, target, []);
      const items = [];
      for (let index = 0; index < count; index++) {
        const { done, value } = apply(next, iterated, []);
        if (done) break;
        items[index] = value;
      }
      return items;
    };
  };
  const sourceGetter = getterOf(RegExp.prototype, "source");
  // Not RegExp.prototype.toString or flags: they ask the object itself, which can be made to run guest code.
  const isFlagSet = [
    "hasIndices",
    "global",
    "ignoreCase",
    "multiline",
    "dotAll",
    "unicode",
    "unicodeSets",
    "sticky",
  ].map((name) => reader(getterOf(RegExp.prototype, name)));
  return {
    keysOf: Object.keys,
    entriesOf: iterator(Map.prototype.entries, new Map().entries().next),
    valuesOf: iterator(Set.prototype.values, new Set().values().next),
    sizeOfMap: reader(getterOf(Map.prototype, "size")),
    sizeOfSet: reader(getterOf(Set.prototype, "size")),
    lengthOfTypedArray: reader(getterOf(getPrototypeOf(Uint8Array.prototype), "length")),
    dateText: reader(Date.prototype.toISOString),
    regExpText: (/** @type {RegExp} */ regExp) => {
      let text = `/${apply(sourceGetter, regExp, [])}/`;
      for (let index = 0; index < isFlagSet.length; index++) if (isFlagSet[index]?.(regExp)) text += "dgimsuvy"[index];
      return text;
    },
    symbolText: reader(Symbol.prototype.toString),
    stackText: reader(getterOf(Error.prototype, "stack")),
  };
}
