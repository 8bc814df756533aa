import { readSavedMemory, type SavedMemory, saveSteps } from "./saved-memory.ts";
import type { Step } from "./steps.ts";

/** Holds the steps of a conversation, the single truth of what happened: what the model sees next is a pure function of it. */
export class AgentMemory {
  /** In order; the first is the system prompt. */
  readonly steps: Step[] = [];

  /**
   * Reads a memory that was saved: what `toJSON` gave, or the JSON text of it.
   *
   * Errors: ConfigurationError for what is none, or was saved by a release that knew more; it names the place.
   */
  static fromJSON(json: unknown): AgentMemory {
    const memory = new AgentMemory();
    memory.steps.push(...readSavedMemory(json));
    return memory;
  }

  /** Puts the system prompt in its place, and forgets the rest unless told to keep it. */
  begin(systemPrompt: string, { keep }: { readonly keep: boolean }): void {
    const kept = keep ? this.steps.filter((step) => step.type !== "system-prompt") : [];
    this.steps.splice(0, this.steps.length, { type: "system-prompt", systemPrompt }, ...kept);
  }

  /** Forgets all but the system prompt. */
  reset(): void {
    this.steps.splice(0, this.steps.length, ...this.steps.filter((step) => step.type === "system-prompt"));
  }

  /** Gives all code that was run, step after step, with a blank line between them. Source: smolagents memory.py, return_full_code. */
  returnFullCode(): string {
    return this.steps.flatMap((step) => (step.type === "action" && step.code ? step.code : [])).join("\n\n");
  }

  /** Gives plain data, ready for JSON: an output that is none, such as a map or what contains itself, is described. */
  toJSON(): SavedMemory {
    return saveSteps(this.steps);
  }
}
