import type { Step } from "./steps.ts";

/** Holds the steps of a conversation, the single truth of what happened: what the model sees next is a pure function of it. */
export class AgentMemory {
  /** In order; the first is the system prompt. */
  readonly steps: Step[] = [];

  /** Puts the system prompt in its place, and forgets the rest unless told to keep it. */
  begin(systemPrompt: string, { keep }: { readonly keep: boolean }): void {
    const kept = keep ? this.steps.filter((step) => step.type !== "system-prompt") : [];
    this.steps.splice(0, this.steps.length, { type: "system-prompt", systemPrompt }, ...kept);
  }

  toJSON(): { readonly version: 1; readonly steps: readonly Step[] } {
    return { version: 1, steps: this.steps };
  }
}
