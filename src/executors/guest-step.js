import { EvalFlags, JSException } from "quickjs-wasi";
import { cut, describeGuestError, describeGuestValue } from "./describe-guest-value.js";
import { GuestCalls } from "./guest-calls.js";
import { GuestRejections } from "./guest-rejections.js";

/** @typedef {import("quickjs-wasi").JSValueHandle} Handle */
/** @typedef {import("./guest.js").Guest} Guest */
/** @typedef {import("./sandbox-messages.ts").HostMessage} HostMessage */
/** @typedef {import("./sandbox-messages.ts").RunMessage} RunMessage */
/** @typedef {import("./sandbox-messages.ts").StepEnd} StepEnd */
/** @typedef {import("./sandbox-messages.ts").StopReason} StopReason */
/** @typedef {import("./sandbox-messages.ts").WorkerMessage} WorkerMessage */

// Characters. All of it is copied to the main thread, which code must not be able to flood.
const MAX_VALUE_LENGTH = 4 * 1024 * 1024;
const MAX_TEXT_LENGTH = 256 * 1024;
const MAX_LOGS_LENGTH = 256 * 1024;
const MAX_MESSAGE_LENGTH = 8 * 1024;

const PENDING = 0;
const OUT_OF_MEMORY = "InternalError: out of memory";

/** Runs one piece of code to its end, and until every call that it made has been answered. */
export class GuestStep {
  /** @readonly */
  calls;
  /** @readonly */
  rejections = new GuestRejections();
  /** @readonly */
  #guest;
  /** @readonly */
  #moduleNames;
  /** @readonly */
  #fileName;
  /** @readonly */
  #post;
  #logRoom = MAX_LOGS_LENGTH;
  /** What the end waits for: the code as a promise of `{ value }`, later that value if it is a promise too. @type {Handle} */
  #awaited;
  #isCode = true;
  #isOver = false;

  /**
   * @param {Guest} guest
   * @param {{ maxCalls: number, moduleNames: readonly string[], fileName: string, post: (message: WorkerMessage) => void }} options
   */
  constructor(guest, { maxCalls, moduleNames, fileName, post }) {
    this.calls = new GuestCalls(guest, { maxCalls, post });
    this.#guest = guest;
    this.#moduleNames = moduleNames;
    this.#fileName = fileName;
    this.#post = post;
    this.#awaited = guest.vm.undefined;
  }

  /**
   * Does what the main thread says, and answers it: with `waiting`, or with how the step ended.
   *
   * @param {HostMessage} message
   */
  async receive(message) {
    // An answer may come late: to a call that ran on beside the final answer, or that the last value made while it was read.
    if (this.#isOver) return;
    try {
      if (message.type === "end") this.#finish(undefined);
      else await this.#advance(message);
    } catch (error) {
      this.#end({ type: "stopped", ...this.#reasonOf(error) });
    }
  }

  /** Prints, for the guest's console. @param {readonly Handle[]} values */
  log(values) {
    if (this.#logRoom <= 0) return;
    const line = values.map((value) => describeGuestValue(value, this.#guest)).join(" ");
    this.#post({ type: "log", line: cut(line, this.#logRoom) });
    this.#logRoom -= line.length + 1;
    if (this.#logRoom > 0) return;
    this.#post({ type: "log", line: `[The rest is dropped: a step prints at most ${MAX_LOGS_LENGTH} characters.]` });
  }

  /** @param {Exclude<HostMessage, { type: "end" }>} message */
  async #advance(message) {
    try {
      if (message.type === "run") this.#start(message);
      else this.#guest.run(() => this.calls.settle(message));
    } catch (error) {
      if (!(error instanceof JSException)) throw error;
      if (this.#guest.budget.isSpent) throw new Stop("cpu", this.#lineOf(error.handle));
      return this.#fail(error.handle);
    }
    return this.#endOrWait();
  }

  /** @param {RunMessage} message */
  #start({ code, toolNames, variables }) {
    const { vm, budget } = this.#guest;
    budget.reset();
    this.#post({ type: "started" });
    this.#awaited = this.#guest.run(() => {
      for (const name of toolNames) this.#guest.tell("defineTool", name);
      this.#guest.tell("setVariables", variables);
      return vm.evalCode(code, this.#fileName, EvalFlags.ASYNC);
    });
  }

  /** @returns {Promise<void>} */
  async #endOrWait() {
    if (this.calls.areOpen) return this.#post({ type: "waiting" });
    if (this.#awaited.promiseState === PENDING) {
      // There are no timers, so this is for ever; often because something failed unseen.
      if (this.rejections.first) return this.#fail(this.rejections.first);
      throw new Stop("hang");
    }
    const outcome = await this.#guest.vm.resolvePromise(this.#awaited);
    if ("error" in outcome) return this.#fail(outcome.error);
    if (!this.#isCode) return this.#finish(outcome.value);
    const value = outcome.value.getProp("value");
    if (!value.isPromise) return this.#finish(value);
    this.#awaited = value;
    this.#isCode = false;
    return this.#endOrWait();
  }

  /** @param {Handle | undefined} value the last value; undefined where a final answer stands for it */
  #finish(value) {
    if (value && this.rejections.first) return this.#fail(this.rejections.first);
    const result = value ? this.#guest.run(() => this.#export(value)) : { json: undefined, text: "" };
    value?.dispose();
    this.rejections.clear();
    this.#end({ type: "done", state: this.#guest.freeze(), ...result });
  }

  /** @param {Handle} thrown */
  #fail(thrown) {
    const text = this.#guest.run(() => describeGuestError(thrown, this.#guest));
    const line = this.#lineOf(thrown);
    if (text === OUT_OF_MEMORY) throw new Stop("memory", line);
    const callId = this.#guest.call("callIdOf", thrown).consume((id) => (id.isNumber ? id.toNumber() : undefined));
    const module = this.#moduleOf(thrown);
    thrown.dispose();
    this.rejections.clear();
    const error = { message: cut(text, MAX_MESSAGE_LENGTH), line, module, callId };
    this.#end({ type: "failed", state: this.#guest.freeze(), error });
  }

  /** @param {Handle} value */
  #export(value) {
    if (value.isUndefined) return { json: undefined, text: "undefined" };
    const text = cut(describeGuestValue(value, this.#guest), MAX_TEXT_LENGTH);
    const json = this.#guest.read("toJson", value);
    return { text, json: json === undefined || json.length > MAX_VALUE_LENGTH ? JSON.stringify(text) : json };
  }

  /** @param {StepEnd} end */
  #end(end) {
    this.#isOver = true;
    this.#post(end);
  }

  /** Finds the line of this code that an error came from. @param {Handle} error */
  #lineOf(error) {
    return this.#placesOf(error).find(({ file }) => file === this.#fileName)?.line;
  }

  /** Finds the place in a module where an error was made. @param {Handle} error */
  #moduleOf(error) {
    const [place] = this.#placesOf(error);
    return place && this.#moduleNames.includes(place.file) ? { name: place.file, line: place.line } : undefined;
  }

  /** Finds where an error was made, and by what calls, as far as that is in code or modules: `at f (code-1.js:3:5)`. @param {Handle} error */
  #placesOf(error) {
    const stack = this.#guest.read("stackText", error) ?? "";
    const places = stack.matchAll(/([^\s()]+):(\d+):\d+\)?$/gm);
    const all = Array.from(places, ([, file = "", line]) => ({ file, line: Number(line) }));
    // The kit, and what code makes of texts, have no files.
    return all.filter(({ file }) => !file.startsWith("<"));
  }

  /** @param {unknown} error @returns {{ reason: StopReason, line?: number | undefined }} */
  #reasonOf(error) {
    if (error instanceof Stop) return { reason: error.reason, line: error.line };
    if (this.#guest.budget.isSpent) return { reason: "cpu" };
    return { reason: error instanceof Error && /out of memory|malloc/.test(error.message) ? "memory" : "crash" };
  }
}

/** Ends the step so that nothing of it stays. */
class Stop extends Error {
  /** @param {StopReason} reason @param {number} [line] */
  constructor(reason, line) {
    super(reason);
    this.reason = reason;
    this.line = line;
  }
}
