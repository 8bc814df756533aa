import { setMaxListeners } from "node:events";
import { neverAborted, throwIfAborted, untilAborted } from "../abort.ts";
import { describe } from "../describe.ts";
import { AgentAbortError, AgentError, ConfigurationError, LimitError } from "../errors.ts";
import type { AgentMemory } from "../memory/memory.ts";
import { startTiming } from "../memory/steps.ts";
import { toMessages } from "../memory/to-messages.ts";
import type { Message } from "../models/message.ts";
import type { GenerateRequest, ModelDelta, ModelOutput } from "../models/model.ts";
import { addUsage, NO_USAGE, type RunUsage, type Usage } from "../models/usage.ts";
import type { PromptSet } from "../prompts/prompt-set.ts";
import type { CallingAgent, Tool } from "../tools/tool.ts";
import type { Conversation } from "./conversation.ts";
import type { AgentEvent, AgentEventBody } from "./events.ts";
import { EventSender } from "./event-sender.ts";
import { optionFailure } from "./failure.ts";
import { counted, LimitGuard, type Stop } from "./limits.ts";
import { promptsWith } from "./own-prompts.ts";
import type { RunSettings } from "./run-settings.ts";

interface AgentRunOptions {
  readonly agentName: string;
  readonly settings: RunSettings;
  readonly task: string;
  readonly maxSteps: number;
  readonly conversation: Conversation;
  readonly signal: AbortSignal | undefined;
  readonly context: unknown;
  /** Of the run that was asked for; those of its managed agents use them too. */
  readonly listeners: readonly ((event: AgentEvent) => unknown)[];
  /** Whether someone reads deltas: then models are asked to stream. */
  readonly streams: boolean;
  readonly parent: AgentRun | undefined;
}

/** Says whether someone has asked that a run end before its next step. Is there before the run is. */
export interface Interruption {
  isAsked: boolean;
}

/** Holds one run while it goes on: what every step of it needs, and what adds up over its steps. */
export class AgentRun {
  readonly agent: CallingAgent;
  readonly settings: RunSettings;
  readonly task: string;
  readonly maxSteps: number;
  readonly conversation: Conversation;
  readonly context: unknown;
  /** Fires when the run is aborted; undefined if nobody can. */
  readonly callerSignal: AbortSignal | undefined;
  readonly prompts: PromptSet;
  readonly limits: LimitGuard;
  /** The names from the agent that was asked down to this one. */
  readonly path: readonly string[];
  readonly endTiming = startTiming();
  /** Everything the model may call, by name; set once, at the start. */
  tools: ReadonlyMap<string, Tool> = new Map();
  /** How often each tool was called. */
  readonly calls = new Map<string, number>();
  stepNumber = 0;
  interruption: Interruption = { isAsked: false };
  /** The run that this one is a part of. */
  readonly parent: AgentRun | undefined;
  readonly #events: EventSender;
  readonly #streams: boolean;
  #hasAsked = false;
  #signal: AbortSignal | undefined;
  #own: Usage = NO_USAGE;
  #managed: Usage = NO_USAGE;

  constructor(options: AgentRunOptions) {
    const { parent, agentName: name, settings, conversation } = options;
    this.agent = { name, state: conversation.state, interrupt: () => void (this.interruption.isAsked = true) };
    this.settings = settings;
    this.task = options.task;
    this.maxSteps = options.maxSteps;
    this.conversation = conversation;
    this.context = options.context;
    this.prompts = promptsWith(settings.prompts);
    this.limits = new LimitGuard(settings.limits);
    this.path = parent ? [...parent.path, name] : [];
    this.parent = parent;
    this.#events = parent ? parent.#events.below() : new EventSender(options.listeners);
    this.#streams = parent ? parent.#streams : options.streams;
    this.callerSignal = anyOf(options.signal);
    this.#signal = this.limits.deadline ? anyOf(this.callerSignal, this.limits.deadline) : this.callerSignal;
  }

  /** Fires when the run is aborted, and when its time is up; undefined if neither can be. */
  get signal(): AbortSignal | undefined {
    return this.#signal;
  }

  get memory(): AgentMemory {
    return this.conversation.memory;
  }

  get state(): Record<string, unknown> {
    return this.conversation.state;
  }

  get usage(): RunUsage {
    return Object.assign(addUsage(this.#own, this.#managed), { own: this.#own, managed: this.#managed });
  }

  /** Whether someone listens: what is made only to be told of need not be made otherwise. */
  get isHeard(): boolean {
    return this.#events.isHeard;
  }

  /** Tells whoever listens. A listener that throws ends the run, and is not called again: it is the program's fault, not the model's. */
  emit(event: AgentEventBody): void {
    if (this.isHeard) this.#events.send({ ...event, agentPath: this.path });
  }

  /** Tells of the failure that ends the run. What the listener makes of that is of no account any more. */
  fail(error: Error): void {
    try {
      this.emit({ type: "final", error });
    } catch {
      // The caller hears of the failure itself.
    }
  }

  /** Waits until whoever listens is ready for more. Errors: AgentAbortError; ConfigurationError for a listener that rejected. */
  async ready(): Promise<void> {
    throwIfAborted(this.callerSignal);
    if (this.#events.isWaitedFor) await untilAborted(this.#events.ready(), this.callerSignal);
  }

  /** Gives what the model sees next: all of the memory, or what `memoryToMessages` makes of it. Errors: ConfigurationError if that throws; AgentAbortError. */
  async messages(): Promise<readonly Message[]> {
    const { model, memoryToMessages } = this.settings;
    const { steps } = this.memory;
    if (!memoryToMessages) return toMessages(steps, { showImages: model.seesImages });
    const generate = async (messages: readonly Message[]): Promise<string> =>
      (await this.generate({ messages }, { isSilent: true })).message.content;
    const context = { generate, signal: this.signal ?? neverAborted(), showImages: model.seesImages };
    const called = async (): Promise<readonly Message[]> => memoryToMessages(steps, context);
    const messages = await untilAborted(called().catch(blame), this.signal);
    if (Array.isArray(messages)) return messages;
    throw new ConfigurationError(`memoryToMessages gave ${describe(messages)}; it must give a list of messages.`);
  }

  /** Asks the model; counts and tells what that takes. Errors: those of Model.generate. */
  async generate(request: GenerateRequest, { isSilent = false } = {}): Promise<ModelOutput> {
    const onDelta = ({ type, text }: ModelDelta): void => this.emit({ type: `${type}-delta`, text });
    const output = await this.settings.model.generate(request, {
      onDelta: this.#streams && !isSilent ? onDelta : undefined,
      onRetry: (retry) => this.emit({ type: "retry", ...retry }),
      signal: this.signal,
    });
    this.#hasAsked = true;
    this.#addUsage(output.usage);
    return output;
  }

  /** Counts a tool call, here and in the runs that this one is a part of. Errors: LimitError for one too many. */
  countCall(toolName: string, input: unknown): void {
    this.limits.countRepeat(toolName, input);
    this.limits.countCall();
    for (let run = this.parent; run; run = run.parent) run.limits.countCall();
  }

  /** Says why the run must end before its next step, if it must. */
  stop(): Stop | undefined {
    if (this.#isInterrupted) return { reason: "interrupted", message: "The run was interrupted." };
    if (this.stepNumber > this.maxSteps)
      return { reason: "max-steps", message: `The run has used up its ${counted(this.maxSteps, "step")}.` };
    return this.#limitReached();
  }

  /** Tells what was cut short because the time is up from other failures: that is a limit, and no abort. */
  asLimit(thrown: unknown): unknown {
    // What heeds the signal may throw an error of its own.
    const isAbort = thrown instanceof AgentAbortError || !(thrown instanceof AgentError);
    if (!isAbort || !this.limits.deadline?.aborted || this.callerSignal?.aborted) return thrown;
    const message = "The step was cut short: the time of the run is up.";
    return new LimitError(message, { limit: "duration", cause: thrown });
  }

  /** Lets the last word be said, although the time is up. */
  liftDeadline(): void {
    this.#signal = this.callerSignal;
  }

  /** Who interrupts a run means its managed agents, too. */
  get #isInterrupted(): boolean {
    return this.interruption.isAsked || (this.parent !== undefined && this.parent.#isInterrupted);
  }

  #limitReached(): Stop | undefined {
    const reached = this.limits.reached(() => this.usage, { hasAsked: this.#hasAsked });
    return reached ?? (this.parent ? this.parent.#limitReached() : undefined);
  }

  #addUsage(usage: Usage | undefined): void {
    if (!usage) return;
    this.#own = addUsage(this.#own, usage);
    this.limits.countUsage(usage);
    for (let run = this.parent; run; run = run.parent) {
      run.#managed = addUsage(run.#managed, usage);
      run.limits.countUsage(usage);
    }
  }
}

function blame(thrown: unknown): never {
  throw optionFailure("memoryToMessages", thrown);
}

/** Gives a signal of the run's own: the caller's keeps no listener of ours. */
function anyOf(...given: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const signals = given.filter((signal) => signal !== undefined);
  if (signals.length === 0) return undefined;
  const signal = AbortSignal.any(signals);
  // Each model call and each tool listens, many at once: no leak, and nothing to warn of.
  setMaxListeners(0, signal);
  return signal;
}
