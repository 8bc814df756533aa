import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { JSException, QuickJS } from "quickjs-wasi";
import { CpuBudget } from "./cpu-budget.js";
import { GUEST_KIT_SOURCE } from "./guest-kit.js";

/** @typedef {import("quickjs-wasi").JSValueHandle} Handle */
/** @typedef {import("quickjs-wasi").HostFunction} HostFunction */
/** @typedef {import("./guest-kit.js").GuestKit} GuestKit */
/** @typedef {import("./sandbox-messages.ts").SandboxData} SandboxData */
/** @typedef {import("./sandbox-messages.ts").SandboxState} SandboxState */

/**
 * @typedef {object} GuestHost
 * @property {HostFunction} send answers calls of the guest; see Send in guest-kit.js
 * @property {HostFunction} log
 * @property {(promise: Handle, reason: Handle, isHandled: boolean) => void} onUnhandledRejection
 */

// With more, deep recursion overflows the stack of the worker before the interpreter sees it; see resourceLimits in sandbox-executor.ts.
const MAX_STACK_BYTES = 256 * 1024;
/** A step may not leave more than this part of the memory in use: no later step could run. */
const MAX_MEMORY_SHARE = 0.9;

/** Holds one interpreter, and what is needed to look into it without running guest code. */
export class Guest {
  vm;
  budget;
  /** @readonly */
  #kit;
  /** @readonly */
  #kitToken;
  /** @readonly */
  #memoryBytes;

  /**
   * @param {QuickJS} vm
   * @param {{ kit: Handle, kitToken: number, budget: CpuBudget, memoryBytes: number }} parts
   */
  constructor(vm, { kit, kitToken, budget, memoryBytes }) {
    this.vm = vm;
    this.budget = budget;
    this.#kit = kit;
    this.#kitToken = kitToken;
    this.#memoryBytes = memoryBytes;
  }

  /**
   * Starts an interpreter, or goes on from a state.
   *
   * @param {SandboxData} data
   * @param {GuestHost} host
   */
  static async open({ limits, modules, state }, host) {
    const { cpuMs, memoryBytes } = limits;
    const budget = new CpuBudget(cpuMs);
    const options = {
      wasm: readFileSync(createRequire(import.meta.url).resolve("quickjs-wasi/quickjs.wasm")),
      memoryLimit: memoryBytes,
      maxStackSize: MAX_STACK_BYTES,
      timezoneOffset: 0,
      interruptHandler: budget.isOver,
      onUnhandledRejection: host.onUnhandledRejection,
      moduleLoader: { load: (/** @type {string} */ name) => moduleSource(name, modules) },
    };
    if (state) {
      const vm = await QuickJS.restore(QuickJS.deserializeSnapshot(state.snapshot), options);
      vm.registerHostCallback("send", host.send);
      vm.registerHostCallback("log", host.log);
      return new Guest(vm, { kit: vm.importHandle(state.kitToken), kitToken: state.kitToken, budget, memoryBytes });
    }
    const vm = await QuickJS.create(options);
    const makeKit = vm.evalCode(GUEST_KIT_SOURCE, "<sandbox>");
    const [send, log] = [vm.newFunction("send", host.send), vm.newFunction("log", host.log)];
    const kit = vm.callFunction(makeKit, vm.undefined, send, log);
    return new Guest(vm, { kit, kitToken: vm.exportHandle(kit), budget, memoryBytes });
  }

  /**
   * Calls a function of the kit. The caller disposes of the handle.
   *
   * @param {keyof GuestKit} name
   * @param {...Handle} values
   */
  call(name, ...values) {
    return this.#kit.getProp(name).consume((method) => this.vm.callFunction(method, this.vm.undefined, ...values));
  }

  /** Calls a function of the kit with a text. @param {keyof GuestKit} name @param {string} text */
  tell(name, text) {
    this.vm.newString(text).consume((handle) => this.call(name, handle).dispose());
  }

  /**
   * Reads a value by a function of the kit that gives a string; undefined where it gives none, or fails.
   *
   * @param {keyof GuestKit} name
   * @param {Handle} value
   */
  read(name, value) {
    try {
      return this.call(name, value).consume((result) => (result.isString ? result.toString() : undefined));
    } catch (error) {
      if (!(error instanceof JSException)) throw error;
      error.dispose();
      return undefined;
    }
  }

  /**
   * Runs guest code, and all that it has set going, until nothing is left to do.
   *
   * @template T
   * @param {() => T} work
   */
  run(work) {
    return this.budget.spend(() => {
      const result = work();
      this.vm.executePendingJobs();
      return result;
    });
  }

  /**
   * Freezes everything. Only between two steps: a call that is open now could never be answered.
   *
   * Errors: "out of memory", when the guest holds so much that it could not go on.
   * @returns {SandboxState}
   */
  freeze() {
    this.vm.runGC();
    if (this.vm.getMemoryUsage().mallocSize > this.#memoryBytes * MAX_MEMORY_SHARE) throw new Error("out of memory");
    return { snapshot: QuickJS.serializeSnapshot(this.vm.snapshot()), kitToken: this.#kitToken };
  }
}

/**
 * Code is checked before it runs; this answers for a name that it has put together.
 *
 * @param {string} name
 * @param {Readonly<Record<string, string>>} modules
 */
function moduleSource(name, modules) {
  if (Object.hasOwn(modules, name)) return modules[name] ?? "";
  const names = Object.keys(modules).join(", ") || "none";
  return `throw new Error(${JSON.stringify(`"${name}" cannot be imported. Modules that can be: ${names}`)})`;
}
