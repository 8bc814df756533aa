import { ConfigurationError } from "../errors.ts";
import type { AgentEvent } from "./events.ts";

type Listener = (event: AgentEvent) => unknown;

/** Sends the events of a run to whoever listens, and knows when they are ready for more. Sends none after the `final` event. */
export class EventSender {
  #listeners: readonly Listener[];
  readonly #root: EventSender;
  readonly #pending: Promise<unknown>[] = [];
  #isOver = false;

  constructor(listeners: readonly Listener[], root?: EventSender) {
    this.#listeners = listeners;
    this.#root = root ?? this;
  }

  /** Makes a sender to the same listeners for a run that is a part of this one's, with an end of its own. */
  below(): EventSender {
    return new EventSender([], this.#root);
  }

  get isHeard(): boolean {
    return this.#root.#listeners.length > 0;
  }

  /** Whether a listener has promised something. */
  get isWaitedFor(): boolean {
    return this.#root.#pending.length > 0;
  }

  /** Errors: ConfigurationError for a listener that throws; no listener is called any more. */
  send(event: AgentEvent): void {
    const root = this.#root;
    // A model or a tool that heeds no signal may go on after the end.
    if (this.#isOver || root.#isOver) return;
    this.#isOver = event.type === "final";
    try {
      for (const listener of root.#listeners) {
        const handled = listener(event);
        if (handled instanceof Promise) root.#await(handled);
      }
    } catch (cause) {
      root.#listeners = [];
      throw listenerFailure(cause);
    }
  }

  /** Waits for what the listeners have promised. Errors: ConfigurationError if one of them rejected. */
  async ready(): Promise<void> {
    const root = this.#root;
    while (root.#pending.length > 0) await Promise.all(root.#pending.splice(0));
  }

  #await(handled: Promise<unknown>): void {
    const settled = handled.catch((cause: unknown) => {
      this.#listeners = [];
      throw listenerFailure(cause);
    });
    // Heard of at the next step; a run that ends before has no use for it.
    settled.catch(() => {});
    this.#pending.push(settled);
  }
}

function listenerFailure(cause: unknown): ConfigurationError {
  return new ConfigurationError(`An event listener threw: ${String(cause)}`, { cause });
}
