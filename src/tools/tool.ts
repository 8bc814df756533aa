import { throwIfAborted } from "../abort.ts";
import {
  type AgentError,
  ConfigurationError,
  ToolExecutionError,
  ToolInputError,
  reasonOf,
  toError,
} from "../errors.ts";
import { checkArguments, checkValue, type InferOutput, type Schema } from "./schema.ts";

/** The agent that a tool works for. */
export interface CallingAgent {
  /** Its name, or its class's where it has none. */
  readonly name: string;
  /** Values by name: `additionalArgs`, and what tools keep there. */
  readonly state: Record<string, unknown>;
}

/** What a tool gets beside its input. */
export interface ToolContext {
  /** Fires when the run is aborted: pass it on to whatever waits. */
  readonly signal: AbortSignal;
  /** Adds a line to the observation that the model reads. */
  readonly log: (...values: readonly unknown[]) => void;
  /** The `context` given to `run`, as it is. */
  readonly context: unknown;
  /** The id of the model's call; undefined for a call from code. */
  readonly callId: string | undefined;
  readonly agent: CallingAgent | undefined;
}

/**
 * Does one thing that a model can ask for.
 *
 * Subclass it, or use `tool({...})`: implement `execute`, nothing else is needed to be traced.
 * Source: smolagents tools.py, Tool.
 */
export abstract class Tool<Input = unknown, Output = unknown> {
  /** An identifier: code agents call the tool by it. */
  abstract readonly name: string;
  abstract readonly description: string;
  abstract readonly inputSchema: Schema;
  /** Checked, and shown to code agents as the return type. */
  readonly outputSchema: Schema | undefined;

  /**
   * Checks the input, executes, checks the output.
   *
   * Errors: ToolInputError, before anything ran; ToolExecutionError with the tool's own error as `cause`; AgentAbortError.
   */
  async call(input: unknown, context: Partial<ToolContext> = {}): Promise<unknown> {
    const { signal = new AbortController().signal, log = () => {}, callId, agent } = context;
    const checked = await this.#checkInput(input);
    throwIfAborted(signal);
    let output: unknown;
    try {
      output = await this.execute(checked, { signal, log, callId, agent, context: context.context });
    } catch (thrown) {
      throwIfAborted(signal);
      throw this.#failure(thrown, input);
    }
    return this.#checkOutput(output, input);
  }

  protected abstract execute(input: Input, context: ToolContext): Promise<Output> | Output;

  async #checkInput(input: unknown): Promise<Input> {
    const checked = await checkArguments(this.inputSchema, input);
    if (checked.issues) {
      const issues = typeof input === "string" ? [jsonFault(input)] : checked.issues;
      const message = `The arguments for "${this.name}" do not fit its schema: ${issues.join("; ")}.`;
      throw new ToolInputError(message, { toolName: this.name, input, issues });
    }
    // oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-unsafe-type-assertion -- the schema has just checked it
    return checked.value as Input;
  }

  async #checkOutput(output: unknown, input: unknown): Promise<unknown> {
    if (!this.outputSchema) return output;
    const checked = await checkValue(this.outputSchema, output);
    if (!checked.issues) return checked.value;
    const message = `Tool "${this.name}" gave a result that does not fit its output schema: ${checked.issues.join("; ")}.`;
    throw new ToolExecutionError(message, { toolName: this.name, input });
  }

  #failure(thrown: unknown, input: unknown): AgentError {
    if (thrown instanceof ConfigurationError) return thrown;
    const error = toError(thrown);
    return new ToolExecutionError(`Tool "${this.name}" failed: ${error.name}: ${reasonOf(error)}`, {
      toolName: this.name,
      input,
      cause: thrown,
    });
  }
}

/** A text in place of arguments is most often JSON that was cut off: says where it breaks. */
function jsonFault(text: string): string {
  try {
    JSON.parse(text);
    return "they are a text, and must be one JSON object";
  } catch (error) {
    return `they must be one JSON object, and are text that is not valid JSON: ${toError(error).message}`;
  }
}

/** Holds what makes a function a tool. `execute` gets the input as the schema reads it. */
export interface ToolOptions<InputSchema extends Schema, Output> {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: InputSchema;
  readonly outputSchema?: Schema;
  readonly execute: (input: InferOutput<InputSchema>, context: ToolContext) => Promise<Output> | Output;
}

/** Makes a tool of a function. Its name and its schema are checked by the agent that it is given to. */
export function tool<const InputSchema extends Schema, Output>(
  options: ToolOptions<InputSchema, Output>,
): Tool<InferOutput<InputSchema>, Output> {
  return new FunctionTool(options);
}

class FunctionTool<InputSchema extends Schema, Output> extends Tool<InferOutput<InputSchema>, Output> {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Schema;
  override readonly outputSchema: Schema | undefined;
  readonly #execute: ToolOptions<InputSchema, Output>["execute"];

  constructor(options: ToolOptions<InputSchema, Output>) {
    super();
    this.name = options.name;
    this.description = options.description;
    this.inputSchema = options.inputSchema;
    this.outputSchema = options.outputSchema;
    this.#execute = options.execute;
  }

  protected override execute(input: InferOutput<InputSchema>, context: ToolContext): Promise<Output> | Output {
    return this.#execute(input, context);
  }
}
