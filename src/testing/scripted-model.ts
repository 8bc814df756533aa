import { Model, type GenerateOptions, type GenerateRequest, type ModelOutput } from "../models/model.ts";
import { cutAtStop } from "../models/stop-sequences.ts";
import type { Price, Usage } from "../models/usage.ts";
import { sendDeltas } from "./send-deltas.ts";

/** What a scripted model says, up to the first stop sequence of the request. `code` is put between `<code>` tags, after the content; a tool call without an id gets `call_<n>`, n counting all calls. */
export interface ScriptedAnswer {
  readonly content?: string;
  readonly code?: string;
  readonly toolCalls?: readonly { readonly id?: string; readonly name: string; readonly arguments: unknown }[];
  readonly reasoning?: string;
  readonly usage?: Usage | { readonly inputTokens: number; readonly outputTokens: number };
  readonly finishReason?: string;
}

/** An answer; an error to fail with; or a function that gives an answer, or waits, or throws. */
export type ScriptedReply =
  | string
  | ScriptedAnswer
  | Error
  | ((
      request: GenerateRequest,
      options: GenerateOptions,
    ) => string | ScriptedAnswer | Promise<string | ScriptedAnswer>);

interface ScriptedModelOptions {
  readonly modelId?: string;
  readonly price?: Price;
  readonly seesImages?: boolean;
}

/**
 * Plays a model from a script, one reply a call. For tests and examples: no network, no key, the same every time.
 *
 * Errors: ModelError when the script has no reply left, or the reply is an error.
 */
export class ScriptedModel extends Model {
  readonly modelId: string;
  override readonly price: Price | undefined;
  override readonly seesImages: boolean;
  /** What it was asked, in order. */
  readonly requests: GenerateRequest[] = [];
  readonly #replies: readonly ScriptedReply[];
  #toolCalls = 0;

  constructor(
    replies: readonly ScriptedReply[],
    { modelId = "scripted", price, seesImages = true }: ScriptedModelOptions = {},
  ) {
    super();
    this.#replies = replies;
    this.modelId = modelId;
    this.price = price;
    this.seesImages = seesImages;
  }

  protected override async doGenerate(request: GenerateRequest, options: GenerateOptions): Promise<ModelOutput> {
    const reply = this.#replies[this.requests.length];
    this.requests.push(request);
    if (reply === undefined) {
      throw new Error(`the script holds ${this.#replies.length} replies, and this is call ${this.requests.length}`);
    }
    if (reply instanceof Error) throw reply;
    const answer = typeof reply === "function" ? await reply(request, options) : reply;
    const output = this.#output(answer, request);
    sendDeltas(output, options);
    return output;
  }

  #output(reply: string | ScriptedAnswer, { stopSequences = [] }: GenerateRequest): ModelOutput {
    const answer = typeof reply === "string" ? { content: reply } : reply;
    const { content = "", code, toolCalls = [], reasoning, usage, finishReason } = answer;
    const tagged = code === undefined ? [] : [`<code>\n${code.trim()}\n</code>`];
    const calls = toolCalls.map((call) => ({ id: `call_${++this.#toolCalls}`, ...call }));
    return {
      message: {
        role: "assistant",
        content: cutAtStop([...(content === "" ? [] : [content]), ...tagged].join("\n"), stopSequences),
        toolCalls: calls,
        ...(reasoning === undefined ? {} : { reasoning }),
      },
      ...(usage ? { usage: { totalTokens: usage.inputTokens + usage.outputTokens, ...usage } } : {}),
      finishReason: finishReason ?? (calls.length > 0 ? "tool_calls" : "stop"),
      modelId: this.modelId,
    };
  }
}
