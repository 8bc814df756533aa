import { isMainThread } from "node:worker_threads";

/** What has to be done before a process ends. */
export interface Lasting {
  /** Whether something waits that could be sent now. */
  readonly canSend: () => boolean;
  /** Sends it, within a time of its own. */
  readonly send: () => Promise<void>;
  /** Writes down what would be lost: at once. */
  readonly rescue: () => void;
  /** Writes a copy of it, at once, as the process may live on, and send it after all. */
  readonly copy: () => void;
  /** Whether there is something that a signal would take: spans that are in memory only. */
  readonly isInMemory: boolean;
}

/** The signals that end a process by default, and that a program may hear of. */
const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

const lasting = new Set<Lasting>();
let isListening = false;

/**
 * Has something done before the process ends, however it ends but by SIGKILL; once more, when what is in memory has changed.
 *
 * At the natural end what can be sent is sent. At `process.exit()`, an uncaught exception, and for what is in memory at a signal, it is written
 * down. Exit codes stay, a signal ends the process as if nobody had listened, and whoever else listens is alone with it.
 */
export function outlive(item: Lasting): void {
  if (lasting.size === 0) {
    process.on("beforeExit", sendAll);
    process.on("exit", rescueAll);
  }
  lasting.add(item);
  listenToSignals();
}

/** Takes back what `outlive` began, and forgets the item. */
export function letGo(item: Lasting): void {
  lasting.delete(item);
  listenToSignals();
  if (lasting.size > 0) return;
  process.off("beforeExit", sendAll);
  process.off("exit", rescueAll);
}

function listenToSignals(): void {
  const isNeeded = isMainThread && [...lasting].some(({ isInMemory }) => isInMemory);
  if (isNeeded === isListening) return;
  isListening = isNeeded;
  for (const signal of SIGNALS) {
    if (isNeeded) listenTo(signal);
    else process.off(signal, hear);
  }
}

/** First, as a handler by `once` is no more to be seen when it has been called. One that the program puts before it later is not seen. */
function listenTo(signal: NodeJS.Signals): void {
  if (isListening && !process.listeners(signal).includes(hear)) process.prependListener(signal, hear);
}

function sendAll(): void {
  for (const item of lasting) if (item.canSend()) void item.send();
}

function rescueAll(): void {
  for (const item of lasting) item.rescue();
}

/**
 * Steps aside before anything else: some end the process only when nobody but themselves listens, and would wait for this one as this one for
 * them (the package signal-exit, another copy of this one). What others do with the signal cannot be known, so a copy lies in files before they
 * hear of it.
 */
function hear(signal: NodeJS.Signals): void {
  process.off(signal, hear);
  if (process.listenerCount(signal) > 0) {
    for (const item of lasting) item.copy();
    setImmediate(() => listenTo(signal));
    return;
  }
  rescueAll();
  process.kill(process.pid, signal);
}
