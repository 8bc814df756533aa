import { neverAborted, throwIfAborted, untilAborted } from "../abort.ts";
import { AgentError } from "../errors.ts";
import { callInTime } from "./call-in-time.ts";
import { checkArguments, checkValue, type InferOutput, type Schema } from "./schema.ts";
import type { ToolContext } from "./tool-context.ts";
import { executionError, inputError, outputError, timeoutError } from "./tool-failures.ts";
import { assertToolLimits } from "./tool-limits.ts";

export type { CallingAgent, ToolContext } from "./tool-context.ts";

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
  /** How long one call may take. For ever, if absent. */
  readonly timeoutMs: number | undefined;
  /** How often one run may call it. Without end, if absent. */
  readonly maxCalls: number | undefined;

  #ready: Promise<void> | undefined;
  #isReady = false;

  /**
   * Checks the input, asks `beforeExecute`, sets up once, executes, checks the output.
   *
   * A tool that has a `timeoutMs` is not waited for any more when its time is over, nor after an abort.
   * Errors: ToolInputError, before anything ran; what `beforeExecute` threw; ToolExecutionError with the tool's own error as `cause`; AgentAbortError.
   */
  async call(input: unknown, context: Partial<ToolContext> = {}): Promise<unknown> {
    const { signal, beforeExecute } = context;
    const checked = await untilAborted(this.#checkInput(input), signal);
    throwIfAborted(signal);
    const fail = (thrown: unknown): never => {
      throwIfAborted(signal);
      throw executionError({ toolName: this.name, input }, thrown);
    };
    try {
      if (beforeExecute) await untilAborted(beforeExecute(checked), signal);
    } catch (thrown) {
      if (thrown instanceof AgentError) throw thrown;
      fail(thrown);
    }
    try {
      const settingUp = this.#setUp();
      if (settingUp) await untilAborted(settingUp, signal);
    } catch (thrown) {
      fail(thrown);
    }
    const output = await this.#executeInTime(checked, { context: wholeContext(context), fail, givenInput: input });
    if (!this.outputSchema) return output;
    return untilAborted(this.#checkOutput(this.outputSchema, { output, givenInput: input }), signal);
  }

  /** Says of the checked input whether the agent's `approve` must be asked before the call. */
  needsApproval(_input: Input): boolean | Promise<boolean> {
    return false;
  }

  /** Does what is needed once, before the first `execute`. Parallel first calls share it; after a failure the next call tries again. */
  protected setup(): Promise<void> | void {}

  protected abstract execute(input: Input, context: ToolContext): Promise<Output> | Output;

  async #checkInput(input: unknown): Promise<Input> {
    const checked = await checkArguments(this.inputSchema, input);
    if (checked.issues) throw inputError({ toolName: this.name, input }, checked.issues);
    // oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-unsafe-type-assertion -- the schema has just checked it
    return checked.value as Input;
  }

  async #checkOutput(schema: Schema, given: { readonly output: unknown; readonly givenInput: unknown }) {
    const checked = await checkValue(schema, given.output);
    if (checked.issues) throw outputError({ toolName: this.name, input: given.givenInput }, checked.issues);
    return checked.value;
  }

  /** Gives nothing where there is nothing to wait for, as with most tools. */
  #setUp(): Promise<void> | undefined {
    if (this.#isReady || this.#ready) return this.#ready;
    const begun = this.setup();
    if (begun === undefined) this.#isReady = true;
    else this.#ready = this.#untilReady(begun);
    return this.#ready;
  }

  async #untilReady(begun: Promise<void>): Promise<void> {
    try {
      await begun;
      this.#isReady = true;
    } finally {
      this.#ready = undefined;
    }
  }

  #executeInTime(input: Input, { context, fail, givenInput }: Execution): Promise<Output> {
    const work = async (own: ToolContext): Promise<Output> => {
      try {
        return await this.execute(input, own);
      } catch (thrown) {
        return fail(thrown);
      }
    };
    const { timeoutMs } = this;
    if (timeoutMs === undefined) return work(context);
    return callInTime(async (signal) => work({ ...context, signal, log: logUntil(signal, context.log) }), {
      signal: context.signal,
      timeoutMs,
      makeTimeoutError: () => timeoutError({ toolName: this.name, input: givenInput }, timeoutMs),
    });
  }
}

/** What an execution needs beside the input. */
interface Execution {
  readonly context: ToolContext;
  readonly fail: (thrown: unknown) => never;
  /** As the model gave it. */
  readonly givenInput: unknown;
}

/** A signal takes longer to make than all the rest of a call: where nobody can abort, there is none until the tool asks for it. */
function wholeContext(given: Partial<ToolContext>): ToolContext {
  const {
    signal,
    log = () => {},
    showImage = () => "",
    context,
    callId,
    agent,
    beforeExecute = async () => {},
  } = given;
  const rest = { log, showImage, context, callId, agent, beforeExecute };
  if (signal) return { signal, ...rest };
  let own: AbortSignal | undefined;
  return {
    get signal() {
      return (own ??= neverAborted());
    },
    ...rest,
  };
}

/** What was given up has nothing to say any more: its observation is written. */
function logUntil(signal: AbortSignal, log: ToolContext["log"]): ToolContext["log"] {
  return (...values) => {
    if (!signal.aborted) log(...values);
  };
}

/** Holds what makes a function a tool. `execute` gets the input as the schema reads it. */
export interface ToolOptions<InputSchema extends Schema, Output> {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: InputSchema;
  readonly outputSchema?: Schema;
  /** Whether the agent's `approve` must be asked before a call: always, or as a function of the input says. Never, if absent. */
  readonly needsApproval?: boolean | ((input: InferOutput<InputSchema>) => boolean | Promise<boolean>);
  /** How long one call may take. For ever, if absent. */
  readonly timeoutMs?: number;
  /** How often one run may call it. Without end, if absent. */
  readonly maxCalls?: number;
  /** Called once, before the first `execute`; again only if it failed. */
  readonly setup?: () => Promise<void> | void;
  readonly execute: (input: InferOutput<InputSchema>, context: ToolContext) => Promise<Output> | Output;
}

/**
 * Makes a tool of a function. Its name and its schema are checked by the agent that it is given to.
 *
 * Errors: ConfigurationError for a `timeoutMs` or a `maxCalls` that is none.
 */
export function tool<const InputSchema extends Schema, Output>(
  options: ToolOptions<InputSchema, Output>,
): Tool<InferOutput<InputSchema>, Output> {
  assertToolLimits(options);
  return new FunctionTool(options);
}

class FunctionTool<InputSchema extends Schema, Output> extends Tool<InferOutput<InputSchema>, Output> {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Schema;
  override readonly outputSchema: Schema | undefined;
  override readonly timeoutMs: number | undefined;
  override readonly maxCalls: number | undefined;
  readonly #options: ToolOptions<InputSchema, Output>;

  constructor(options: ToolOptions<InputSchema, Output>) {
    super();
    this.name = options.name;
    this.description = options.description;
    this.inputSchema = options.inputSchema;
    this.outputSchema = options.outputSchema;
    this.timeoutMs = options.timeoutMs;
    this.maxCalls = options.maxCalls;
    this.#options = options;
  }

  override needsApproval(input: InferOutput<InputSchema>): boolean | Promise<boolean> {
    const { needsApproval = false } = this.#options;
    return typeof needsApproval === "function" ? needsApproval(input) : needsApproval;
  }

  protected override setup(): Promise<void> | void {
    return this.#options.setup?.();
  }

  protected override execute(input: InferOutput<InputSchema>, context: ToolContext): Promise<Output> | Output {
    return this.#options.execute(input, context);
  }
}
