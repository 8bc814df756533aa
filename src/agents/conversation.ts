import type { Executor } from "../executors/executor.ts";
import { AgentMemory } from "../memory/memory.ts";

/** Holds what lives on from run to run of one agent: its memory, its state by name, and the variables of its code. Two runs at once never share one. */
export class Conversation {
  readonly memory = new AgentMemory();
  readonly state: Record<string, unknown> = {};
  readonly executor: Executor | undefined;
  isBusy = false;

  constructor(executor: Executor | undefined) {
    this.executor = executor;
  }
}
