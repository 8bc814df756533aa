import { setMaxListeners } from "node:events";
import { ConfigurationError } from "../errors.ts";
import type { AgentMemory } from "../memory/memory.ts";
import { startTiming } from "../memory/steps.ts";
import type { ModelDelta } from "../models/model.ts";
import { addUsage, NO_USAGE, type RunUsage, type Usage } from "../models/usage.ts";
import type { CallingAgent, Tool } from "../tools/tool.ts";
import type { Conversation } from "./conversation.ts";
import type { AgentEvent, AgentEventBody } from "./events.ts";

interface AgentRunOptions {
  readonly agent: CallingAgent;
  readonly task: string;
  readonly maxSteps: number;
  readonly conversation: Conversation;
  readonly signal: AbortSignal | undefined;
  readonly context: unknown;
  /** Of the run that was asked for; those of its managed agents use it too. */
  readonly onEvent?: ((event: AgentEvent) => void) | undefined;
  /** Whether someone reads deltas: then models are asked to stream. */
  readonly streams?: boolean;
  readonly parent: AgentRun | undefined;
}

/** Holds one run while it goes on: what every step of it needs, and what adds up over its steps. */
export class AgentRun {
  readonly agent: CallingAgent;
  readonly task: string;
  readonly maxSteps: number;
  readonly conversation: Conversation;
  readonly signal: AbortSignal;
  readonly context: unknown;
  /** The names from the agent that was asked down to this one. */
  readonly path: readonly string[];
  readonly endTiming = startTiming();
  /** Everything the model may call, by name; set once, at the start. */
  tools: ReadonlyMap<string, Tool> = new Map();
  stepNumber = 0;
  /** The run that this one is a part of. */
  readonly parent: AgentRun | undefined;
  readonly #root: AgentRun;
  #onEvent: ((event: AgentEvent) => void) | undefined;
  readonly #streams: boolean;
  #isOver = false;
  #own: Usage = NO_USAGE;
  #managed: Usage = NO_USAGE;

  constructor(options: AgentRunOptions) {
    const { parent } = options;
    this.agent = options.agent;
    this.task = options.task;
    this.maxSteps = options.maxSteps;
    this.conversation = options.conversation;
    this.signal = AbortSignal.any(options.signal ? [options.signal] : []);
    // Each model call and each tool listens, many at once: no leak, and nothing to warn of.
    setMaxListeners(0, this.signal);
    this.context = options.context;
    this.path = parent ? [...parent.path, options.agent.name] : [];
    this.parent = parent;
    this.#root = parent ? parent.#root : this;
    this.#onEvent = options.onEvent;
    this.#streams = options.streams ?? false;
  }

  get memory(): AgentMemory {
    return this.conversation.memory;
  }

  get state(): Record<string, unknown> {
    return this.conversation.state;
  }

  get usage(): RunUsage {
    return { ...addUsage(this.#own, this.#managed), own: this.#own, managed: this.#managed };
  }

  /** Tells whoever listens. A listener that throws ends the run, and is not called again: it is the program's fault, not the model's. */
  emit(event: AgentEventBody): void {
    const root = this.#root;
    // A model or a tool that heeds no signal may go on after the end.
    if (this.#isOver || root.#isOver) return;
    this.#isOver = event.type === "final";
    try {
      root.#onEvent?.({ ...event, agentPath: this.path });
    } catch (cause) {
      root.#onEvent = undefined;
      throw new ConfigurationError(`An event listener threw: ${String(cause)}`, { cause });
    }
  }

  /** Tells of the failure that ends the run. What the listener makes of that is of no account any more. */
  fail(error: Error): void {
    try {
      this.emit({ type: "final", error });
    } catch {
      // The caller hears of the failure itself.
    }
  }

  /** Passes on the pieces of an answer; undefined where nobody reads them, so that the model need not stream. */
  get onDelta(): ((delta: ModelDelta) => void) | undefined {
    if (!this.#root.#streams) return undefined;
    return ({ type, text }) => this.emit({ type: `${type}-delta`, text });
  }

  /** Counts a model call, here and in the runs that this one is a part of. */
  addUsage(usage: Usage | undefined): void {
    if (!usage) return;
    this.#own = addUsage(this.#own, usage);
    for (let run = this.parent; run; run = run.parent) run.#managed = addUsage(run.#managed, usage);
  }
}
