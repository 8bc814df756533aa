/** The memory of a run that failed, as far as it came. It is the run's `AgentMemory`. */
export interface FailedRunMemory {
  readonly steps: readonly { readonly type: string }[];
  toJSON(): unknown;
}

/**
 * Is the base of every error of this package: `catch (error) { if (error instanceof AgentError) … }`.
 *
 * An error that rejects a run carries the run's `memory`; what the model can mend never gets that far.
 */
export class AgentError extends Error {
  override readonly name: string = "AgentError";
  #memory: FailedRunMemory | undefined;

  /** The memory of the run that the error rejected. Not printed with the error: it is the whole conversation. */
  get memory(): FailedRunMemory | undefined {
    return this.#memory;
  }

  set memory(memory: FailedRunMemory | undefined) {
    this.#memory = memory;
  }

  toJSON(): { type: string; message: string } {
    return { type: this.name, message: this.message };
  }
}

interface ModelErrorFacts extends ErrorOptions {
  readonly modelId?: string | undefined;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly body?: unknown;
}

/** Says that a model call failed for good. Ends the run. `status`, `requestId` and `body` are those of the HTTP answer, if there was one. */
export class ModelError extends AgentError {
  override readonly name = "ModelError";
  readonly modelId: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly body: unknown;

  constructor(message: string, facts: ModelErrorFacts = {}) {
    super(message, facts);
    this.modelId = facts.modelId;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.body = facts.body;
  }
}

/** Says that no tool call or no code could be found in what the model wrote. Goes back to the model. `text` is what it wrote. */
export class ParsingError extends AgentError {
  override readonly name = "ParsingError";
  readonly text: string;

  constructor(message: string, facts: ErrorOptions & { readonly text: string }) {
    super(message, facts);
    this.text = facts.text;
  }
}

/** Says that the model called a tool that is not there. Goes back to the model. */
export class ToolNotFoundError extends AgentError {
  override readonly name = "ToolNotFoundError";
  readonly toolName: string;
  readonly available: readonly string[];

  constructor(toolName: string, available: readonly string[]) {
    super(`The model called "${toolName}", which is not among: ${available.join(", ")}.`);
    this.toolName = toolName;
    this.available = available;
  }
}

/** Says that the arguments of a call do not fit the tool. Goes back to the model. `issues` holds a sentence per fault, with its path. */
export class ToolInputError extends AgentError {
  override readonly name = "ToolInputError";
  readonly toolName: string;
  readonly input: unknown;
  readonly issues: readonly string[];

  constructor(
    message: string,
    facts: { readonly toolName: string; readonly input: unknown; readonly issues: readonly string[] },
  ) {
    super(message);
    this.toolName = facts.toolName;
    this.input = facts.input;
    this.issues = facts.issues;
  }
}

interface ToolExecutionErrorFacts extends ErrorOptions {
  readonly toolName: string;
  readonly input: unknown;
  readonly refusedBy?: ToolExecutionError["refusedBy"];
}

/**
 * Says that a tool threw, or gave what its `outputSchema` refuses, or was not let run at all. Goes back to the model. `cause` is what the tool threw.
 *
 * `refusedBy`: what kept the call from being made, the agent's `approve` or the tool's `maxCalls`; undefined where the tool did run.
 */
export class ToolExecutionError extends AgentError {
  override readonly name = "ToolExecutionError";
  readonly toolName: string;
  readonly input: unknown;
  readonly refusedBy: "approval" | "maxCalls" | undefined;

  constructor(message: string, facts: ToolExecutionErrorFacts) {
    super(message, facts);
    this.toolName = facts.toolName;
    this.input = facts.input;
    this.refusedBy = facts.refusedBy;
  }
}

interface CodeExecutionErrorFacts extends ErrorOptions {
  readonly logs?: string;
  readonly line?: number | undefined;
}

/** Says that the model's code did not run to its end. Goes back to the model. `logs` is what it printed before, `line` counts from 1. */
export class CodeExecutionError extends AgentError {
  override readonly name = "CodeExecutionError";
  readonly logs: string;
  readonly line: number | undefined;

  constructor(message: string, facts: CodeExecutionErrorFacts = {}) {
    super(message, facts);
    this.logs = facts.logs ?? "";
    this.line = facts.line;
  }
}

/** Says that a final answer was refused by a check. Goes back to the model with the check's reason. */
export class FinalAnswerCheckError extends AgentError {
  override readonly name = "FinalAnswerCheckError";
}

/** Says that a run came to a limit, which `limit` names as `stopReason` does. Stands in the step that holds the forced answer; rejects the run where `onLimit` is "throw". */
export class LimitError extends AgentError {
  override readonly name = "LimitError";
  readonly limit: string;

  constructor(message: string, facts: ErrorOptions & { readonly limit: string }) {
    super(message, facts);
    this.limit = facts.limit;
  }
}

/** Says that the run was aborted. `name` is "AbortError", as the platform's own; `cause` is the signal's reason. */
export class AgentAbortError extends AgentError {
  override readonly name = "AbortError";
}

/** Says that the program, not the model, must be mended. Thrown at once, never shown to the model. */
export class ConfigurationError extends AgentError {
  override readonly name = "ConfigurationError";
}

/** Makes an Error of whatever was thrown. Never throws. */
export function toError(thrown: unknown): Error {
  return isError(thrown) ? thrown : new Error(textOf(thrown), { cause: thrown });
}

/** Gives the messages of an error and of its causes: "fetch failed" alone tells nobody what to mend. */
export function reasonOf(error: Error): string {
  const said = error.message || ("code" in error ? String(error.code) : error.name);
  const why = error.cause instanceof Error ? reasonOf(error.cause) : "";
  return said.includes(why) ? said : `${said.replace(/\.$/, "")}: ${why}`;
}

/** A proxy may refuse to tell its prototype. */
function isError(thrown: unknown): thrown is Error {
  try {
    return thrown instanceof Error;
  } catch {
    return false;
  }
}

function textOf(thrown: unknown): string {
  try {
    if (typeof thrown !== "object" || thrown === null) return String(thrown);
    return JSON.stringify(thrown) ?? "an object";
  } catch {
    return "a value that cannot be shown";
  }
}
