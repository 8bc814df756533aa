import { throwIfAborted } from "../abort.ts";
import { stepLog } from "../console/step-log.ts";
import { AgentError, ConfigurationError, toError } from "../errors.ts";
import type { Executor } from "../executors/executor.ts";
import type { AgentMemory } from "../memory/memory.ts";
import { startTiming, type ActionStep, type PlanningStep, type Step } from "../memory/steps.ts";
import type { Model } from "../models/model.ts";
import type { SystemPromptValues } from "../prompts/code-system-prompt.ts";
import { finalAnswer } from "../tools/final-answer.ts";
import type { Tool } from "../tools/tool.ts";
import { type ActionDraft, draftStep } from "./action-draft.ts";
import { type AgentOptions, assertOptions, type RunOptions } from "./agent-options.ts";
import type { AgentRun } from "./agent-run.ts";
import { beginRun } from "./begin-run.ts";
import { Conversation } from "./conversation.ts";
import { checkFinalAnswer } from "./final-answer-checks.ts";
import { forceAnswer } from "./forced-answer.ts";
import type { ManagedAgentLike } from "./managed-agent.ts";
import { isPlanDue, makePlan } from "./planning.ts";
import type { RunResult, StopReason } from "./run-result.ts";
import { AgentStream } from "./stream.ts";
import { isMendable } from "./tool-execution.ts";

/**
 * Runs a model in a loop of steps until it gives a final answer. Subclass it for an agent of another kind: implement `act` and `renderSystemPrompt`.
 *
 * Source: smolagents agents.py, MultiStepAgent.
 */
export abstract class Agent implements ManagedAgentLike {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly provideRunSummary: boolean;
  readonly model: Model;
  readonly tools: readonly Tool[];
  readonly managedAgents: readonly ManagedAgentLike[];
  readonly maxSteps: number;
  protected readonly options: AgentOptions;
  #conversation: Conversation | undefined;

  /** Errors: ConfigurationError for names that code cannot call, that are there twice, or that a managed agent lacks. */
  constructor(options: AgentOptions) {
    assertOptions(options);
    const { tools = [], managedAgents = [], maxSteps = 20 } = options;
    this.options = options;
    this.name = options.name;
    this.description = options.description;
    this.provideRunSummary = options.provideRunSummary ?? false;
    this.model = options.model;
    this.tools = tools.some(({ name }) => name === "final_answer") ? tools : [...tools, finalAnswer()];
    this.managedAgents = managedAgents;
    this.maxSteps = maxSteps;
  }

  /** The memory of the last conversation; empty before the first. */
  get memory(): AgentMemory {
    return this.#current().memory;
  }

  /** Values by name that live on from run to run: `additionalArgs`, and what tools keep. */
  get state(): Record<string, unknown> {
    return this.#current().state;
  }

  /**
   * Works on the task until there is a final answer, or a limit is reached.
   *
   * Two runs at once do not share memory: the second has a conversation of its own.
   * Errors: ModelError when the model failed for good, AgentAbortError when aborted, ConfigurationError for misuse; each carries `memory`.
   */
  async run(task: string, options: RunOptions = {}): Promise<RunResult> {
    let { memory } = this;
    try {
      const conversation = this.#takeConversation(options);
      ({ memory } = conversation);
      try {
        return await this.#toItsEnd(this.#begin(task, { options, conversation }));
      } finally {
        await conversation.end();
      }
    } catch (thrown) {
      if (thrown instanceof AgentError) thrown.memory = memory;
      throw thrown;
    }
  }

  /** Runs, and gives the events as they happen. Leaving the loop aborts the run. */
  stream(task: string, options: Omit<RunOptions, "onEvent"> = {}): AgentStream {
    return new AgentStream((adapter) => this.run(task, { ...options, ...adapter }), options.signal);
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
    const step: ActionStep = { ...draft, timing: endTiming() };
    run.memory.steps.push(step);
    run.emit({ type: "step-end", step });
    if (failure && !isMendable(failure.thrown)) throw failure.thrown;
    return step;
  }

  /** Makes a plan, and writes it to memory. Errors: those of Model.generate. */
  async plan(run: AgentRun): Promise<PlanningStep> {
    const step = await this.doPlan(run);
    run.memory.steps.push(step);
    run.emit({ type: "plan", step });
    return step;
  }

  /** Asks the model, does what it asks for, and writes down on the draft what was said and done. A failure that it throws is written down for it. */
  protected abstract act(draft: ActionDraft, run: AgentRun): Promise<void>;

  protected abstract renderSystemPrompt(values: SystemPromptValues): string;

  protected async doPlan(run: AgentRun): Promise<PlanningStep> {
    return makePlan(run, { model: this.model, instructions: this.options.instructions });
  }

  /** Makes what runs this agent's code; one a conversation. */
  protected createExecutor(): Executor | undefined {
    return undefined;
  }

  #current(): Conversation {
    return (this.#conversation ??= new Conversation(this.createExecutor()));
  }

  /** Two runs at once do not share one, and a managed agent's run has one of its own. */
  #takeConversation({ parent, reset }: RunOptions): Conversation {
    const isApart = parent !== undefined || this.#current().isBusy;
    if (isApart && reset === false) {
      throw new ConfigurationError(
        "reset: false goes on with the last run's conversation, and that run is not over yet: await it first.",
      );
    }
    const conversation = isApart ? new Conversation(this.createExecutor()) : this.#current();
    conversation.begin();
    return conversation;
  }

  #begin(task: string, { options, conversation }: { options: RunOptions; conversation: Conversation }): AgentRun {
    const { instructions } = this.options;
    const renderSystemPrompt = (values: Omit<SystemPromptValues, "instructions">): string =>
      this.renderSystemPrompt({ ...values, instructions });
    const log = options.parent ? undefined : stepLog(this.options.console);
    return beginRun(this, { task, options, conversation, log, renderSystemPrompt });
  }

  async #toItsEnd(run: AgentRun): Promise<RunResult> {
    try {
      const { agent, task } = run;
      run.emit({ type: "run-start", agentName: agent.name, modelId: this.model.modelId, task });
      const result = await this.#loop(run);
      run.emit({ type: "final", result });
      return result;
    } catch (thrown) {
      run.fail(toError(thrown));
      throw thrown;
    }
  }

  async #loop(run: AgentRun): Promise<RunResult> {
    const firstStep = run.memory.steps.length - 1;
    const end = (output: unknown, stopReason: StopReason): RunResult => {
      const steps: readonly Step[] = run.memory.steps.slice(firstStep);
      return { output, stopReason, steps, usage: run.usage, timing: run.endTiming() };
    };
    for (run.stepNumber = 1; run.stepNumber <= run.maxSteps; run.stepNumber++) {
      throwIfAborted(run.signal);
      if (isPlanDue(this.options.planningInterval, run)) await this.plan(run);
      const step = await this.step(run);
      if (step.isFinalAnswer) return end(step.output, "final-answer");
    }
    return end((await forceAnswer(run, this.model)).output, "max-steps");
  }

  async #tryToAct(draft: ActionDraft, run: AgentRun): Promise<{ readonly thrown: unknown } | undefined> {
    try {
      await this.act(draft, run);
      const { finalAnswerChecks: checks = [] } = this.options;
      if (draft.isFinalAnswer) await checkFinalAnswer(draft.output, { checks, run });
      return undefined;
    } catch (thrown) {
      const { name: type, message } = toError(thrown);
      draft.error ??= { type, message };
      draft.isFinalAnswer = false;
      return { thrown };
    }
  }
}
