import { CodeExecutionError, ConfigurationError } from "../errors.ts";
import { Executor } from "../executors/executor.ts";
import { SandboxExecutor, type SandboxLimits } from "../executors/sandbox-executor.ts";
import type { GenerateRequest } from "../models/model.ts";
import { CODE_SYSTEM_PROMPT, codeSystemPrompt, type SystemPromptValues } from "../prompts/code-system-prompt.ts";
import { STRUCTURED_CODE_SYSTEM_PROMPT } from "../prompts/structured-code-system-prompt.ts";
import { assertTemplate } from "../prompts/template.ts";
import { toJsonSchema } from "../tools/schema.ts";
import { toolSpec } from "../tools/tool-spec.ts";
import { FINAL_ANSWER } from "../tools/final-answer.ts";
import type { ActionDraft } from "./action-draft.ts";
import { Agent } from "./agent.ts";
import type { AgentOptions } from "./agent-options.ts";
import type { AgentRun } from "./agent-run.ts";
import { askModel } from "./ask-model.ts";
import { CodeCalls } from "./code-calls.ts";
import { logsText, observationText } from "./code-observation.ts";
import { keepImages, referToImages } from "./images.ts";

/** Holds what a code agent can be told besides. */
export interface CodeAgentOptions<Output = unknown> extends AgentOptions<Output> {
  /**
   * Limits of the sandbox; or an executor of your own, or a function that makes one. The sandbox with its default limits, if absent.
   *
   * An executor serves one run at a time; runs at once need a function, which is called once for each conversation.
   */
  readonly executor?: SandboxLimits | Executor | (() => Executor);
  /** What the model's code may import: sources of ES modules by name. For the sandbox; an executor of your own has its own. */
  readonly authorizedModules?: Readonly<Record<string, string>>;
  /** Asks the model for JSON, `{ thought, code }`, by a response format, in place of code between tags. Not every endpoint knows response formats. */
  readonly useStructuredOutputs?: boolean;
}

/**
 * Acts by code: the model writes JavaScript that calls the tools, in a sandbox. Needs no tool calling of the model's.
 *
 * Source: smolagents agents.py, CodeAgent.
 */
export class CodeAgent<Output = unknown> extends Agent<Output> {
  /** The names of the modules that the model's code may import. */
  readonly authorizedImports: readonly string[];
  protected override readonly options: CodeAgentOptions<Output>;

  /** Errors: as those of Agent; ConfigurationError for a system prompt that lacks a placeholder, and for a module that cannot be read. */
  constructor(options: CodeAgentOptions<Output>) {
    super(options);
    const { systemPrompt, authorizedModules = {}, executor } = options;
    this.options = options;
    this.authorizedImports = Object.keys(authorizedModules);
    if (systemPrompt !== undefined) assertTemplate(systemPrompt, { kind: "code" });
    if (this.authorizedImports.length === 0) return;
    if (typeof executor === "function" || executor instanceof Executor) {
      throw new ConfigurationError(
        "authorizedModules are for the sandbox, and the agent has an executor of its own: give the modules to that one.",
      );
    }
    // Reads the modules: now is the time to hear that one cannot be read.
    this.createExecutor();
  }

  protected override createExecutor(): Executor {
    const { executor, authorizedModules: modules = {} } = this.options;
    if (typeof executor === "function") return executor();
    return executor instanceof Executor ? executor : new SandboxExecutor(executor, { modules });
  }

  protected override renderSystemPrompt(values: SystemPromptValues): string {
    const { useStructuredOutputs = false } = this.options;
    const { systemPrompt = useStructuredOutputs ? STRUCTURED_CODE_SYSTEM_PROMPT : CODE_SYSTEM_PROMPT } = this.options;
    const tools = this.#hasOwnFinalAnswer() ? values.tools : values.tools.filter(({ name }) => name !== FINAL_ANSWER);
    return codeSystemPrompt({ ...values, tools, authorizedImports: this.authorizedImports }, systemPrompt);
  }

  protected override async act(draft: ActionDraft, run: AgentRun): Promise<void> {
    // With the parser of JavaScript, which no other agent needs.
    const { codeInAnswer, THOUGHT_AND_CODE, withClosingTag } = await import("./code-in-answer.ts");
    const { useStructuredOutputs: isJson = false } = this.options;
    const promptTools = [...run.tools.values()].map(toolSpec);
    const stopSequences = ["Observation:", "Calling tools:"];
    const request: Omit<GenerateRequest, "messages"> = isJson
      ? { promptTools, responseFormat: THOUGHT_AND_CODE }
      : { promptTools, stopSequences: [...stopSequences, "</code>"] };
    const output = await askModel(draft, run, request);
    if (!isJson) draft.modelOutput = withClosingTag(draft.modelOutput);
    draft.code = codeInAnswer(output, { isJson });
    run.emit({ type: "code", code: draft.code });
    run.limits.countRepeat("code_interpreter", draft.code);
    await this.#execute(draft, { run, code: draft.code });
  }

  async #execute(draft: ActionDraft, { run, code }: { readonly run: AgentRun; readonly code: string }): Promise<void> {
    const calls = new CodeCalls(run);
    try {
      const result = await this.#executorOf(run).run(code, {
        tools: calls.tools,
        finalAnswer: async (answer) => calls.tools[FINAL_ANSWER]?.(this.#asInput(answer)),
        variables: referToImages(run.state),
        onLog: (line) => {
          calls.logs.push(line);
          run.emit({ type: "log", line });
        },
        signal: run.signal,
      });
      if (calls.fatal) throw calls.fatal.thrown;
      const { value } = keepImages(result.value, run.state);
      draft.observations = [{ text: observationText({ ...result, value }, calls.logs) }];
      draft.output = result.value;
      draft.isFinalAnswer = result.isFinalAnswer;
    } catch (caught) {
      const error = calls.fatal ? calls.fatal.thrown : caught;
      // What was printed before is not lost, whatever ended the code.
      const text = logsText(calls.logs).trimEnd();
      if (error instanceof CodeExecutionError) draft.observations = [{ text, error: error.toJSON() }];
      else if (text !== "") draft.observations = [{ text }];
      throw error;
    } finally {
      if (calls.images.length > 0) draft.images = calls.images;
    }
  }

  #executorOf({ conversation }: AgentRun): Executor {
    if (conversation.executor) return conversation.executor;
    throw new ConfigurationError(
      `${this.constructor.name}.createExecutor() gave no executor, and code needs one to run.`,
    );
  }

  /** `final_answer({ answer: x })` means `finalAnswer(x)`, where the answer itself has no such key. */
  #asInput(answer: unknown): unknown {
    if (this.#hasOwnFinalAnswer()) return answer;
    const isInput = typeof answer === "object" && answer !== null && Object.keys(answer).join() === "answer";
    return isInput && !this.#describesAnswer() ? answer : { answer };
  }

  #describesAnswer(): boolean {
    const { outputSchema } = this.options;
    const properties = outputSchema && toJsonSchema(outputSchema)["properties"];
    return typeof properties === "object" && properties !== null && "answer" in properties;
  }

  #hasOwnFinalAnswer(): boolean {
    return this.options.tools?.some(({ name }) => name === FINAL_ANSWER) ?? false;
  }
}
