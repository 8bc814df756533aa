import type { ImagePart } from "../models/message.ts";

/** The agent that a tool works for. */
export interface CallingAgent {
  /** Its name, or its class's where it has none. */
  readonly name: string;
  /** Values by name: `additionalArgs`, and what tools keep there. */
  readonly state: Record<string, unknown>;
  /** Ends the run before its next step. */
  interrupt(): void;
}

/** What a tool gets beside its input. */
export interface ToolContext {
  /** Fires when the run is aborted: pass it on to whatever waits. */
  readonly signal: AbortSignal;
  /** Adds a line to the observation that the model reads. */
  readonly log: (...values: readonly unknown[]) => void;
  /** Keeps an image in the agent's state, and shows it to the model. Gives the name by which it can be passed on. */
  readonly showImage: (image: ImagePart) => string;
  /** The `context` given to `run`, as it is. */
  readonly context: unknown;
  /** The id of the model's call; undefined for a call from code. */
  readonly callId: string | undefined;
  readonly agent: CallingAgent | undefined;
  /** Called by `Tool.call` when the input is checked and nothing has run yet; what it throws refuses the call. */
  readonly beforeExecute: (input: unknown) => Promise<void>;
}
