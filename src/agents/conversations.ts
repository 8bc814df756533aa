import { untilAborted } from "../abort.ts";
import { ConfigurationError } from "../errors.ts";
import type { Executor } from "../executors/executor.ts";
import type { AgentMemory } from "../memory/memory.ts";
import { Conversation } from "./conversation.ts";

interface Asker {
  readonly isManaged: boolean;
  /** Whether a managed agent goes on with its own conversation from call to call. */
  readonly keepsMemory: boolean;
  readonly reset: boolean | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Gives each run of an agent its conversation: the agent's own, or one apart. */
export class Conversations {
  readonly #createExecutor: () => Executor | undefined;
  readonly #memory: AgentMemory | undefined;
  #own: Conversation | undefined;

  constructor(createExecutor: () => Executor | undefined, memory: AgentMemory | undefined) {
    this.#createExecutor = createExecutor;
    this.#memory = memory;
  }

  /** The conversation of the agent itself. */
  get own(): Conversation {
    return (this.#own ??= new Conversation(this.#createExecutor(), this.#memory));
  }

  /**
   * Takes a conversation for a run: before anything is waited for, except by a managed agent that keeps its memory, whose calls stand in line.
   *
   * Errors: ConfigurationError for `reset: false` while another run has the conversation.
   */
  async take({ isManaged, keepsMemory, reset, signal }: Asker): Promise<Conversation> {
    if (isManaged && keepsMemory) while (this.own.isBusy) await untilAborted(this.own.untilFree(), signal);
    const isApart = (isManaged && !keepsMemory) || this.own.isBusy;
    if (isApart && reset === false) {
      throw new ConfigurationError(
        "reset: false goes on with the last run's conversation, and that run is not over yet: await it first.",
      );
    }
    const conversation = isApart ? new Conversation(this.#createExecutor()) : this.own;
    conversation.begin();
    return conversation;
  }
}
