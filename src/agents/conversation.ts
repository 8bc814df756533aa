import { ConfigurationError } from "../errors.ts";
import type { Executor } from "../executors/executor.ts";
import { AgentMemory } from "../memory/memory.ts";

/** Executors that run code for a conversation now. Someone may have given one to several agents. */
const busyExecutors = new WeakSet<Executor>();

/** Holds what lives on from run to run of one agent: its memory, its state by name, and the variables of its code. Two runs at once never share one. */
export class Conversation {
  readonly memory = new AgentMemory();
  readonly state: Record<string, unknown> = {};
  readonly executor: Executor | undefined;
  #isBusy = false;

  constructor(executor: Executor | undefined) {
    this.executor = executor;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Takes the conversation for one run. Errors: ConfigurationError if its executor serves another run now. */
  begin(): void {
    if (this.executor && busyExecutors.has(this.executor)) {
      throw new ConfigurationError(
        "The executor is running code for another run, and their variables must not meet. Give a function that makes an executor in place of the executor itself.",
      );
    }
    if (this.executor) busyExecutors.add(this.executor);
    this.#isBusy = true;
  }

  /** Gives it back, and frees what the executor holds; its variables stay. */
  async end(): Promise<void> {
    this.#isBusy = false;
    if (!this.executor) return;
    await this.executor.suspend();
    busyExecutors.delete(this.executor);
  }
}
