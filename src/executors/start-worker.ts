import { Worker } from "node:worker_threads";
import type { SandboxData } from "./sandbox-messages.ts";

/** The interpreter's own check of its stack holds only on a stack that is deep enough; see MAX_STACK_BYTES in guest.js. */
const WORKER_STACK_MB = 16;

/** Starts the thread of a sandbox, which begins with the state, if there is one. */
export function startWorker(workerData: SandboxData): Worker {
  return new Worker(new URL("./sandbox-worker.js", import.meta.url), {
    workerData,
    // Nothing of this process: no environment, no preloaded modules.
    env: {},
    execArgv: [],
    resourceLimits: { stackSizeMb: WORKER_STACK_MB },
  });
}
