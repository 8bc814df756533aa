import { writePlain } from "../console/step-log.ts";
import { toError } from "../errors.ts";
import type { Executor } from "../executors/executor.ts";
import type { AgentMemory } from "../memory/memory.ts";
import { replay } from "../memory/replay.ts";
import { startTiming, type ActionStep, type PlanningStep } from "../memory/steps.ts";
import type { Model } from "../models/model.ts";
import type { SystemPromptValues } from "../prompts/code-system-prompt.ts";
import { baseTools } from "../tools/base-tools.ts";
import type { Tool } from "../tools/tool.ts";
import { type ActionDraft, draftStep } from "./action-draft.ts";
import { type AgentOptions, assertOptions } from "./agent-options.ts";
import type { AgentRun, Interruption } from "./agent-run.ts";
import { agentTools } from "./agent-tools.ts";
import { beginRun, systemPromptValues } from "./begin-run.ts";
import type { Conversation } from "./conversation.ts";
import { Conversations } from "./conversations.ts";
import { toAgentError, toRejection } from "./failure.ts";
import { checkFinalAnswer } from "./final-answer-checks.ts";
import { runToItsEnd } from "./loop.ts";
import type { ManagedAgentLike } from "./managed-agent.ts";
import { makePlan } from "./planning.ts";
import type { RunOptions } from "./run-options.ts";
import type { RunResult } from "./run-result.ts";
import { recordStep } from "./step-callbacks.ts";
import { AgentStream } from "./stream.ts";
import { isMendable } from "./tool-execution.ts";
import { visualizeAgent } from "./visualize.ts";

/**
 * Runs a model in a loop of steps until it gives a final answer. Subclass it for an agent of another kind: implement `act` and `renderSystemPrompt`.
 *
 * Source: smolagents agents.py, MultiStepAgent.
 */
export abstract class Agent<Output = unknown> implements ManagedAgentLike {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly provideRunSummary: boolean;
  readonly needsApproval: ManagedAgentLike["needsApproval"];
  readonly model: Model;
  readonly tools: readonly Tool[];
  readonly managedAgents: readonly ManagedAgentLike[];
  readonly maxSteps: number;
  protected readonly options: AgentOptions<Output>;
  readonly #conversations: Conversations;
  readonly #interruptions = new Set<Interruption>();

  /** Errors: ConfigurationError for names that code cannot call, that are there twice, or that a managed agent lacks; for numbers that are none. */
  constructor(options: AgentOptions<Output>) {
    assertOptions(options);
    this.options = options;
    this.name = options.name;
    this.description = options.description;
    this.provideRunSummary = options.provideRunSummary ?? false;
    this.needsApproval = options.needsApproval;
    this.model = options.model;
    this.tools = agentTools(options, () => this.baseTools());
    this.managedAgents = options.managedAgents ?? [];
    this.maxSteps = options.maxSteps ?? 20;
    this.#conversations = new Conversations(() => this.createExecutor(), options.memory);
  }

  /** The memory of the last conversation; empty before the first. */
  get memory(): AgentMemory {
    return this.#conversations.own.memory;
  }

  /** Values by name that live on from run to run: `additionalArgs`, and what tools keep. */
  get state(): Record<string, unknown> {
    return this.#conversations.own.state;
  }

  /** The system prompt, as the next run will have it. */
  get systemPrompt(): string {
    return this.renderSystemPrompt(systemPromptValues(this, this.options));
  }

  /**
   * Works on the task until there is a final answer, or a limit is reached.
   *
   * Two runs at once do not share memory: the second has a conversation of its own.
   * Errors: ModelError when the model failed for good, AgentAbortError when aborted, LimitError where `onLimit` is "throw", ConfigurationError for misuse;
   * each carries `memory`.
   */
  async run(task: string, options: RunOptions = {}): Promise<RunResult<Output>> {
    let conversation: Conversation | undefined;
    const interruption: Interruption = { isAsked: false };
    this.#interruptions.add(interruption);
    try {
      conversation = await this.#conversations.take({
        isManaged: options.parent !== undefined,
        keepsMemory: this.options.keepMemory ?? false,
        reset: options.reset,
        signal: options.signal,
      });
      const run = beginRun(this, { task, options, settings: this.options, conversation });
      run.interruption = interruption;
      return await this.#run(run, options);
    } catch (thrown) {
      throw toRejection(thrown, (conversation ?? this).memory);
    } finally {
      this.#interruptions.delete(interruption);
      await conversation?.end();
    }
  }

  /** Runs, and gives the events as they happen. Leaving the loop aborts the run. */
  stream(task: string, options: Omit<RunOptions, "onEvent"> = {}): AgentStream<Output> {
    return new AgentStream((adapter) => this.run(task, { ...options, ...adapter }), options.signal);
  }

  /** Ends the runs that go on now before their next step; `run(task, { reset: false })` goes on from there. */
  interrupt(): void {
    for (const interruption of this.#interruptions) interruption.isAsked = true;
  }

  /** Writes what happened in the last conversation to the step log's stream; with `detailed`, what the model was sent as well. */
  replay(options: { readonly detailed?: boolean } = {}): void {
    this.#write(replay(this.memory.steps, options));
  }

  /** Writes a tree to the step log's stream: model, tools, managed agents. */
  visualize(): void {
    this.#write(visualizeAgent(this));
  }

  /**
   * Takes one step, and writes it to memory, also when it failed.
   *
   * Errors: what the model cannot mend; the rest is in the step's `error`, for the next step to read.
   */
  async step(run: AgentRun): Promise<ActionStep> {
    const endTiming = startTiming();
    const draft = draftStep(run.stepNumber);
    run.emit({ type: "step-start", stepNumber: draft.stepNumber });
    const failure = await this.#tryToAct(draft, run);
    const step: ActionStep = Object.assign(draft, { timing: endTiming() });
    await recordStep(run, step);
    if (failure && !isMendable(failure.thrown)) throw toAgentError(failure.thrown, run.callerSignal);
    return step;
  }

  /** Makes a plan, and writes it to memory. Errors: those of Model.generate. */
  async plan(run: AgentRun): Promise<PlanningStep> {
    const step = await this.doPlan(run);
    await recordStep(run, step);
    return step;
  }

  /** Asks the model, does what it asks for, and writes down on the draft what was said and done. A failure that it throws is written down for it. */
  protected abstract act(draft: ActionDraft, run: AgentRun): Promise<void>;

  protected abstract renderSystemPrompt(values: SystemPromptValues): string;

  protected async doPlan(run: AgentRun): Promise<PlanningStep> {
    return makePlan(run, this.options.instructions);
  }

  /** Gives the tools that `addBaseTools` adds. */
  protected baseTools(): readonly Tool[] {
    return baseTools({ withCodeInterpreter: false });
  }

  /** Makes what runs this agent's code; one a conversation. */
  protected createExecutor(): Executor | undefined {
    return undefined;
  }

  async #run(run: AgentRun, { images }: RunOptions): Promise<RunResult<Output>> {
    const { planningInterval, outputSchema } = this.options;
    const result = await runToItsEnd(run, {
      task: { type: "task", task: run.task, ...(images ? { images } : {}) },
      planningInterval,
      outputSchema,
      plan: async () => this.plan(run),
      step: async () => this.step(run),
    });
    // oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-unsafe-type-assertion -- the output schema has checked it
    return result as RunResult<Output>;
  }

  async #tryToAct(draft: ActionDraft, run: AgentRun): Promise<{ readonly thrown: unknown } | undefined> {
    try {
      await this.act(draft, run);
      const { outputSchema } = this.options;
      if (draft.isFinalAnswer) draft.output = await checkFinalAnswer(draft.output, { run, outputSchema });
      return undefined;
    } catch (caught) {
      const thrown = run.asLimit(caught);
      const { name: type, message } = toError(thrown);
      draft.error ??= { type, message };
      draft.isFinalAnswer = false;
      return { thrown };
    }
  }

  #write(text: string): void {
    writePlain(text, this.options.console);
  }
}
