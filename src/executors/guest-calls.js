/** @typedef {import("quickjs-wasi").JSValueHandle} Handle */
/** @typedef {import("./guest.js").Guest} Guest */
/** @typedef {import("./sandbox-messages.ts").AnswerMessage} AnswerMessage */
/** @typedef {import("./sandbox-messages.ts").CallMessage} CallMessage */
/** @typedef {ReturnType<import("quickjs-wasi").QuickJS["newPromise"]>} Deferred */

/** Characters. What is sent is copied to the main thread, which code must not be able to flood. */
const MAX_JSON_LENGTH = 4 * 1024 * 1024;
/** Code that has used up its calls can still answer. */
const MAX_FINAL_ANSWERS = 8;

/** Holds the calls that the code of one step has made and that the main thread has not answered yet. */
export class GuestCalls {
  /** @readonly */
  #vm;
  /** @readonly */
  #maxCalls;
  /** @readonly */
  #post;
  /** @type {Map<number, Deferred>} @readonly */
  #open = new Map();
  #count = 0;

  /**
   * @param {Guest} guest
   * @param {{ maxCalls: number, post: (call: CallMessage) => void }} options
   */
  constructor({ vm }, { maxCalls, post }) {
    this.#vm = vm;
    this.#maxCalls = maxCalls;
    this.#post = post;
  }

  get areOpen() {
    return this.#open.size > 0;
  }

  /**
   * Sends a call to the main thread. Gives the promise that the guest waits for.
   *
   * @param {Handle} callId @param {Handle} toolName @param {Handle} json
   */
  send(callId, toolName, json) {
    const deferred = this.#vm.newPromise();
    if (!deferred.handle.isPromise) throw Object.assign(new Error("out of memory"), { name: "InternalError" });
    // The guest holds the promise from here on, but not before this function has returned.
    queueMicrotask(() => deferred.handle.dispose());
    const refusal = this.#refusal(toolName, json);
    if (refusal) {
      this.#vm.newString(refusal).consume((reason) => deferred.reject(reason));
      return deferred.handle;
    }
    const id = callId.toNumber();
    this.#open.set(id, deferred);
    this.#post({ type: "call", callId: id, toolName: textOf(toolName), json: textOf(json) });
    return deferred.handle;
  }

  /** Gives the guest what the main thread answered. @param {AnswerMessage} answer */
  settle(answer) {
    const deferred = this.#open.get(answer.callId);
    this.#open.delete(answer.callId);
    if (answer.type === "reject") {
      this.#vm.newString(answer.message).consume((reason) => deferred?.reject(reason));
    } else if (answer.json === undefined) deferred?.resolve(this.#vm.undefined);
    else this.#vm.newString(answer.json).consume((json) => deferred?.resolve(json));
  }

  /** @param {Handle} toolName @param {Handle} json */
  #refusal(toolName, json) {
    const allowed = toolName.isUndefined ? this.#maxCalls + MAX_FINAL_ANSWERS : this.#maxCalls;
    if (++this.#count > allowed) return `This call was refused: a step may make at most ${this.#maxCalls} tool calls`;
    if (!json.isString || json.length <= MAX_JSON_LENGTH) return undefined;
    return `This call was refused: what is sent may be at most ${MAX_JSON_LENGTH} characters long as JSON`;
  }
}

/** @param {Handle} value */
function textOf(value) {
  return value.isString ? value.toString() : undefined;
}
