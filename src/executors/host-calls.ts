import { AgentAbortError, ConfigurationError, toError } from "../errors.ts";
import type { ExecutionOptions, HostFunction } from "./executor.ts";
import { toJsonText } from "./json-text.ts";
import type { CallMessage, HostMessage } from "./sandbox-messages.ts";

/** Characters of JSON. The sandbox must hold the text and the value at once. */
const MAX_RESULT_LENGTH = 4 * 1024 * 1024;

interface HostCallsOptions extends Pick<ExecutionOptions, "tools" | "finalAnswer"> {
  readonly parallelHostCalls: number;
  /** Gets an error that code must not be able to catch. */
  readonly onFatal: (error: Error) => void;
}

/** Answers what the code of one step calls. */
export class HostCalls {
  /** What host functions threw, by call id. */
  readonly errors = new Map<number, unknown>();
  /** The final answer that was accepted: what the host function made of it. */
  finalAnswer: { readonly value: unknown } | undefined;
  readonly #options: HostCallsOptions;
  readonly #open = new Set<Promise<HostMessage>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #isAnswering = false;
  #isClosed = false;

  constructor(options: HostCallsOptions) {
    this.#options = options;
  }

  /** Calls the host function, and gives the message that the sandbox waits for. Never rejects. */
  async answer(call: CallMessage): Promise<HostMessage> {
    const answer = this.#answer(call);
    this.#open.add(answer);
    return answer.finally(() => this.#open.delete(answer));
  }

  /** Starts no call any more. Those that run go on. */
  close(): void {
    this.#isClosed = true;
  }

  /** Waits for the calls that run. */
  async settled(): Promise<void> {
    await Promise.all(this.#open);
  }

  async #answer({ callId, toolName, json }: CallMessage): Promise<HostMessage> {
    const input: unknown = json === undefined ? undefined : JSON.parse(json);
    try {
      if (toolName === undefined) return await this.#acceptFinalAnswer(input);
      const result = toJsonText(await this.#callTool(toolName, input));
      if (result !== undefined && result.length > MAX_RESULT_LENGTH) {
        throw new Error(
          `The result of "${toolName}" is ${result.length} characters long as JSON, more than the ${MAX_RESULT_LENGTH} that code can be given. Ask for less.`,
        );
      }
      return { type: "resolve", callId, json: result };
    } catch (error) {
      this.errors.set(callId, error);
      if (error instanceof AgentAbortError || error instanceof ConfigurationError) this.#options.onFatal(error);
      return { type: "reject", callId, message: toError(error).message };
    }
  }

  async #acceptFinalAnswer(answer: unknown): Promise<HostMessage> {
    if (this.#isAnswering || this.finalAnswer)
      throw new Error("The final answer was already given: the first one counts");
    this.#isAnswering = true;
    try {
      this.finalAnswer = { value: await this.#options.finalAnswer(answer) };
      this.close();
      return { type: "end" };
    } finally {
      this.#isAnswering = false;
    }
  }

  async #callTool(toolName: string, input: unknown): Promise<unknown> {
    const { tools, parallelHostCalls } = this.#options;
    const tool: HostFunction | undefined = Object.hasOwn(tools, toolName) ? tools[toolName] : undefined;
    if (!tool)
      throw new Error(`"${toolName}" is not available any more. The tools are: ${Object.keys(tools).join(", ")}`);
    if (typeof input !== "object" || input === null || Array.isArray(input)) {
      throw new Error(
        `"${toolName}" was called without the names of its arguments, and did not run: call it with one object of named arguments, ${toolName}({ name: … })`,
      );
    }
    if (this.#running < parallelHostCalls) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      if (this.#isClosed) throw new Error("The code had ended before this call could start");
      return await tool(input);
    } finally {
      // The place of a call that is done goes straight to the next one.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
