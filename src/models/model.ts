import { abortError, throwIfAborted, untilAborted } from "../abort.ts";
import { AgentAbortError, AgentError, ModelError, toError } from "../errors.ts";
import type { AssistantMessage, JsonSchema, Message, ToolSpec } from "./message.ts";
import { type Price, type Usage, withCost } from "./usage.ts";

/** Says whether the model may, must or must not call a tool. */
export type ToolChoice = "auto" | "required" | "none";

/** Asks for an answer that is JSON of this schema. */
export interface ResponseFormat {
  readonly name: string;
  readonly schema: JsonSchema;
}

/** Sampling parameters under the names of the endpoint, e.g. `{ temperature: 0, max_completion_tokens: 500 }`. */
export type ModelParameters = Readonly<Record<string, unknown>>;

/** Holds what a model is asked. */
export interface GenerateRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly ToolSpec[];
  /** Tools that the messages describe, for code to call: told for whoever watches, and not to be sent. */
  readonly promptTools?: readonly ToolSpec[];
  /** Only meant when there are tools. */
  readonly toolChoice?: ToolChoice;
  readonly stopSequences?: readonly string[];
  readonly responseFormat?: ResponseFormat;
  /** Win over the model's own. */
  readonly parameters?: ModelParameters;
}

/** Is a piece of an answer that is being written. */
export type ModelDelta = { readonly type: "text" | "reasoning"; readonly text: string };

/** Tells of a call that is made once more. */
export interface ModelRetry {
  /** 1 for the first retry. */
  readonly attempt: number;
  /** What the last attempt failed by. */
  readonly reason: string;
  readonly status?: number;
}

/** Says how an answer is waited for. */
export interface GenerateOptions {
  /** Called before each retry. */
  readonly onRetry?: ((retry: ModelRetry) => void) | undefined;
  /** Called with each piece as it comes; asks the model to stream. The promise still gives the whole. */
  readonly onDelta?: ((delta: ModelDelta) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Holds what a model answered. */
export interface ModelOutput {
  readonly message: AssistantMessage;
  readonly usage?: Usage;
  /** As the endpoint says it: "stop", "length", "tool_calls", … */
  readonly finishReason?: string;
  /** The model that answered, where the endpoint names it. */
  readonly modelId?: string;
}

/**
 * Asks a language model. Subclass it for a model of your own: implement `doGenerate`, nothing else is needed to be traced.
 *
 * Source: smolagents models.py, Model.generate.
 */
export abstract class Model {
  abstract readonly modelId: string;
  /** Where requests go; tells people and traces who the provider is. */
  readonly baseURL: string | undefined;
  /** Sent with every request. */
  readonly parameters: ModelParameters = {};
  /** Whether it can be shown images. */
  readonly seesImages: boolean = true;
  /** What its tokens cost. Unknown, if absent. */
  readonly price: Price | undefined;

  /**
   * Gives the model's answer to the messages, with what it cost, if the price is known.
   *
   * Errors: ModelError when the call failed for good; AgentAbortError as soon as the signal fires.
   */
  async generate(request: GenerateRequest, options: GenerateOptions = {}): Promise<ModelOutput> {
    const { signal } = options;
    throwIfAborted(signal);
    try {
      const output = await untilAborted(this.doGenerate(request, options), signal);
      if (!isOutput(output)) {
        throw new Error(
          'it gave no valid output. Wanted is { message: { role: "assistant", content: <text>, toolCalls: [] } }, and usage and finishReason where they are known',
        );
      }
      return this.price && output.usage ? { ...output, usage: withCost(output.usage, this.price) } : output;
    } catch (thrown) {
      if (signal?.aborted) throw abortError(signal);
      // An abort of somebody else's signal is a failure like any other.
      if (thrown instanceof AgentError && !(thrown instanceof AgentAbortError)) throw thrown;
      throw new ModelError(`The call to model "${this.modelId}" failed: ${toError(thrown).message}`, {
        cause: thrown,
        modelId: this.modelId,
      });
    }
  }

  /**
   * Tells what is sent beside messages and tools: sampling parameters and the like, under the names of the endpoint.
   *
   * For people and traces. Override it where the endpoint is sent something else.
   */
  invocationParameters({ parameters, stopSequences, toolChoice, responseFormat }: GenerateRequest): ModelParameters {
    return {
      model: this.modelId,
      ...this.parameters,
      ...parameters,
      ...(stopSequences ? { stop: stopSequences } : {}),
      ...(toolChoice ? { tool_choice: toolChoice } : {}),
      ...(responseFormat ? { response_format: responseFormat } : {}),
    };
  }

  /** Makes the call. Whatever it throws becomes a ModelError. */
  protected abstract doGenerate(request: GenerateRequest, options: GenerateOptions): Promise<ModelOutput>;
}

/** Models of programs without types can give anything. */
function isOutput(output: unknown): boolean {
  if (typeof output !== "object" || output === null || !("message" in output)) return false;
  const { message } = output;
  if (typeof message !== "object" || message === null || !("content" in message) || !("toolCalls" in message))
    return false;
  return typeof message.content === "string" && Array.isArray(message.toolCalls);
}
