import { parentPort, workerData } from "node:worker_threads";
import { Guest } from "./guest.js";
import { GuestStep } from "./guest-step.js";

/** @typedef {import("./sandbox-messages.ts").HostMessage} HostMessage */
/** @typedef {import("./sandbox-messages.ts").SandboxData} SandboxData */
/** @typedef {import("./sandbox-messages.ts").WorkerMessage} WorkerMessage */

// The file that a worker thread starts with. Checked JavaScript, as all that it imports: on Node 20 a worker cannot load TypeScript.
if (parentPort) void serve(parentPort, workerData);

/**
 * Runs code for the main thread, one step at a time. After a step that was stopped it is of no use: the main thread ends it.
 *
 * @param {import("node:worker_threads").MessagePort} port
 * @param {SandboxData} data
 */
async function serve(port, data) {
  /** @type {GuestStep | undefined} */
  let step;
  const guest = await Guest.open(data, {
    send: guarded((callId, toolName, json) => step?.calls.send(callId, toolName, json) ?? guest.vm.undefined),
    log: guarded((...values) => {
      step?.log(values);
      return guest.vm.undefined;
    }),
    onUnhandledRejection: (promise, reason, isHandled) =>
      isHandled ? step?.rejections.remove(promise) : step?.rejections.add(promise, reason),
  });
  const moduleNames = Object.keys(data.modules);
  const post = (/** @type {WorkerMessage} */ message) => port.postMessage(message);
  port.on("message", (/** @type {HostMessage} */ message) => {
    if (message.type === "run") {
      const { fileName } = message;
      step = new GuestStep(guest, { maxCalls: data.limits.hostCalls, moduleNames, fileName, post });
    }
    void step?.receive(message);
  });
}

/**
 * Keeps this machine's paths out of the guest: the interpreter copies the stack of an error that a host function throws.
 *
 * @param {import("quickjs-wasi").HostFunction} work
 * @returns {import("quickjs-wasi").HostFunction}
 */
function guarded(work) {
  return function withoutStack(...values) {
    try {
      return work.apply(this, values);
    } catch (thrown) {
      const { name, message } = thrown instanceof Error ? thrown : new Error("the sandbox failed");
      throw Object.assign(new Error(message), { name, stack: "" });
    }
  };
}
