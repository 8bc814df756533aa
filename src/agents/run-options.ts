import type { ImagePart } from "../models/message.ts";
import type { AgentRun } from "./agent-run.ts";
import type { AgentEvent } from "./events.ts";

/** Holds what one run can be told. */
export interface RunOptions {
  /** Values by name, kept in the agent's state: variables for a code agent; a tool-calling agent passes them on by their names. */
  readonly additionalArgs?: Readonly<Record<string, unknown>>;
  readonly images?: readonly ImagePart[];
  /** False goes on with the conversation of the last run. True if absent. */
  readonly reset?: boolean;
  readonly maxSteps?: number;
  readonly signal?: AbortSignal;
  /** Handed to every tool, as it is. */
  readonly context?: unknown;
  /** Called with each event as it happens; asks the model to stream. A promise that it gives is waited for before the next step. */
  readonly onEvent?: (event: AgentEvent) => unknown;
  /** The run that this one is a part of. Set for managed agents; nobody else needs it. */
  readonly parent?: AgentRun;
}
