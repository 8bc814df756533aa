import { describe, truncateMiddle } from "../describe.ts";
import { CodeExecutionError, ConfigurationError } from "../errors.ts";
import { Executor, type ExecutionResult, type HostFunction } from "../executors/executor.ts";
import { extractCode } from "../executors/extract-code.ts";
import { SandboxExecutor, type SandboxLimits } from "../executors/sandbox-executor.ts";
import { toMessages } from "../memory/to-messages.ts";
import { codeSystemPrompt, type SystemPromptValues } from "../prompts/code-system-prompt.ts";
import { toolSpec } from "../tools/tool-spec.ts";
import type { ActionDraft } from "./action-draft.ts";
import { Agent } from "./agent.ts";
import type { AgentOptions } from "./agent-options.ts";
import type { AgentRun } from "./agent-run.ts";
import { callTool, isMendable } from "./tool-execution.ts";

/** Holds what a code agent can be told besides. */
export interface CodeAgentOptions extends AgentOptions {
  /**
   * Limits of the sandbox; or an executor of your own, or a function that makes one. The sandbox with its default limits, if absent.
   *
   * An executor serves one run at a time; runs at once need a function, which is called once for each conversation.
   */
  readonly executor?: SandboxLimits | Executor | (() => Executor);
}

const FINAL_ANSWER = "final_answer";
const CLOSING_TAG = "</code>";
const MAX_VALUE_LENGTH = 20_000;
const MAX_LOGS_LENGTH = 50_000;

/**
 * Acts by code: the model writes JavaScript that calls the tools, in a sandbox. Needs no tool calling of the model's.
 *
 * Source: smolagents agents.py, CodeAgent.
 */
export class CodeAgent extends Agent {
  readonly #executor: CodeAgentOptions["executor"];

  constructor(options: CodeAgentOptions) {
    super(options);
    this.#executor = options.executor;
  }

  protected override createExecutor(): Executor {
    if (typeof this.#executor === "function") return this.#executor();
    return this.#executor instanceof Executor ? this.#executor : new SandboxExecutor(this.#executor);
  }

  protected override renderSystemPrompt(values: SystemPromptValues): string {
    const tools = this.#hasOwnFinalAnswer() ? values.tools : values.tools.filter(({ name }) => name !== FINAL_ANSWER);
    return codeSystemPrompt({ ...values, tools });
  }

  protected override async act(draft: ActionDraft, run: AgentRun): Promise<void> {
    draft.modelInput = toMessages(run.memory.steps);
    const request = {
      messages: draft.modelInput,
      promptTools: [...run.tools.values()].map(toolSpec),
      stopSequences: ["Observation:", "Calling tools:", CLOSING_TAG],
    };
    const { message, usage } = await this.model.generate(request, { onDelta: run.onDelta, signal: run.signal });
    run.addUsage(usage);
    if (usage) draft.usage = usage;
    if (message.reasoning) draft.reasoning = message.reasoning;
    draft.modelOutput = withClosingTag(message.content);
    draft.code = extractCode(draft.modelOutput);
    run.emit({ type: "code", code: draft.code });
    await this.#execute(draft, run);
  }

  async #execute(draft: ActionDraft, run: AgentRun): Promise<void> {
    const calls = new HostCalls(run);
    try {
      const result = await this.#executorOf(run).run(draft.code ?? "", {
        tools: calls.tools,
        finalAnswer: async (answer) =>
          calls.tools[FINAL_ANSWER]?.(this.#hasOwnFinalAnswer() ? answer : asInput(answer)),
        variables: run.state,
        onLog: (line) => {
          calls.logs.push(line);
          run.emit({ type: "log", line });
        },
        signal: run.signal,
      });
      if (calls.fatal) throw calls.fatal.thrown;
      draft.observations = [{ text: observationText(result, calls.logs) }];
      draft.output = result.value;
      draft.isFinalAnswer = result.isFinalAnswer;
    } catch (error) {
      if (calls.fatal) throw calls.fatal.thrown;
      if (error instanceof CodeExecutionError)
        draft.observations = [{ text: logsText(calls.logs).trimEnd(), error: error.toJSON() }];
      throw error;
    }
  }

  #executorOf({ conversation }: AgentRun): Executor {
    if (conversation.executor) return conversation.executor;
    throw new ConfigurationError(
      `${this.constructor.name}.createExecutor() gave no executor, and code needs one to run.`,
    );
  }

  #hasOwnFinalAnswer(): boolean {
    return this.options.tools?.some(({ name }) => name === FINAL_ANSWER) ?? false;
  }
}

/** `final_answer({ answer: x })` means `finalAnswer(x)`. */
function asInput(answer: unknown): unknown {
  const isInput = typeof answer === "object" && answer !== null && Object.keys(answer).join() === "answer";
  return isInput ? answer : { answer };
}

/** The run's tools as functions for code, and what was printed by both, in order. A failure that no code may catch, as an abort, is kept for the step to end with. */
class HostCalls {
  readonly tools: Readonly<Record<string, HostFunction>>;
  readonly logs: string[] = [];
  fatal: { readonly thrown: unknown } | undefined;

  constructor(run: AgentRun) {
    const onLog = (line: string): void => void this.logs.push(line);
    this.tools = Object.fromEntries(
      [...run.tools.keys()].map((toolName) => [
        toolName,
        async (input) => this.#call(callTool(run, { toolName, input, onLog })),
      ]),
    );
  }

  async #call(call: Promise<unknown>): Promise<unknown> {
    try {
      return await call;
    } catch (thrown) {
      if (!isMendable(thrown)) this.fatal ??= { thrown };
      throw thrown;
    }
  }
}

/** The stop sequence cuts the closing tag off; memory shows the model whole examples of its own. */
function withClosingTag(text: string): string {
  return text.includes("<code>") && text.lastIndexOf("<code>") > text.lastIndexOf(CLOSING_TAG)
    ? text + CLOSING_TAG
    : text;
}

function observationText({ text, value, isFinalAnswer }: ExecutionResult, logs: readonly string[]): string {
  if (value === undefined && !isFinalAnswer) return logs.length > 0 ? logsText(logs).trimEnd() : NOTHING_TO_SEE;
  const last = isFinalAnswer ? describe(value) : text;
  return `${logsText(logs)}Last output from code snippet:\n${truncateMiddle(last, MAX_VALUE_LENGTH)}`;
}

const NOTHING_TO_SEE =
  "The code ran, but printed nothing and has no last value: print what you want to know with console.log().";

function logsText(logs: readonly string[]): string {
  return logs.length === 0 ? "" : `Execution logs:\n${truncateMiddle(logs.join("\n"), MAX_LOGS_LENGTH)}\n`;
}
