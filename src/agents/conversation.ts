import { ConfigurationError } from "../errors.ts";
import type { Executor } from "../executors/executor.ts";
import { AgentMemory } from "../memory/memory.ts";

/** Executors that run code for a conversation now. Someone may have given one to several agents. */
const busyExecutors = new WeakSet<Executor>();

/** Holds what lives on from run to run of one agent: its memory, its state by name, and the variables of its code. Two runs at once never share one. */
export class Conversation {
  readonly memory: AgentMemory;
  readonly state: Record<string, unknown> = {};
  readonly executor: Executor | undefined;
  #ended: Promise<void> | undefined;
  #end: () => void = () => {};

  constructor(executor: Executor | undefined, memory = new AgentMemory()) {
    this.executor = executor;
    this.memory = memory;
    // What a saved memory names, tools and code can be given again.
    for (const step of memory.steps) {
      if (step.type === "action") for (const { name, type, url } of step.images ?? []) this.state[name] = { type, url };
    }
  }

  get isBusy(): boolean {
    return this.#ended !== undefined;
  }

  /** Takes the conversation for one run. Errors: ConfigurationError if its executor serves another run now. */
  begin(): void {
    if (this.executor && busyExecutors.has(this.executor)) {
      throw new ConfigurationError(
        "The executor is running code for another run, and their variables must not meet. Give a function that makes an executor in place of the executor itself.",
      );
    }
    if (this.executor) busyExecutors.add(this.executor);
    this.#ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Gives it back, and frees what the executor holds; its variables stay. */
  async end(): Promise<void> {
    await this.executor?.suspend();
    if (this.executor) busyExecutors.delete(this.executor);
    this.#ended = undefined;
    this.#end();
  }

  /** Waits until no run has it. */
  async untilFree(): Promise<void> {
    while (this.#ended) await this.#ended;
  }
}
