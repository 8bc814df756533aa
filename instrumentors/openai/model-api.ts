import type { JsonObject } from "./json.ts";
import type { WireMessage } from "./wire-message.ts";

/** Is one of the ways in which the `openai` package asks a model, and how what it sends and gets is read. */
export interface ModelApi {
  readonly spanName: string;
  /** Reads the body of a request, as the caller gave it. */
  readonly readRequest: (body: unknown) => ModelRequest;
  readonly gather: () => Gathering;
}

/** Is a request, read. */
export interface ModelRequest {
  readonly model: string | undefined;
  /** How the model is asked, without what it reads. */
  readonly parameters: JsonObject;
  readonly messages: readonly WireMessage[];
  /** Each as an object `{ type: "function", function: { name, description, parameters } }`, where it is a function. */
  readonly tools: readonly JsonObject[];
}

/** Gathers one answer, whether it comes in pieces or whole. */
export interface Gathering {
  /** Takes a chunk or an event of a stream, or a whole answer. */
  add(piece: unknown): void;
  /** Gives what has been gathered so far. */
  answer(): ModelAnswer;
  /** Gives the error that an answer tells of, though it came with status 200. */
  failure(): Error | undefined;
}

/** Is an answer, read, as far as it came. */
export interface ModelAnswer {
  readonly id: string | undefined;
  readonly model: string | undefined;
  /** Why each of the messages ended, as far as it did. */
  readonly finishReasons: readonly (string | undefined)[];
  readonly tokens: TokenCounts;
  /** What the endpoint itself says that it cost, in US dollars: OpenRouter does. */
  readonly costUsd: number | undefined;
  /** One a choice. */
  readonly messages: readonly WireMessage[];
}

/** Counts tokens; the details are parts of the totals. */
export interface TokenCounts {
  readonly prompt?: number | undefined;
  readonly completion?: number | undefined;
  readonly total?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly promptAudio?: number | undefined;
  readonly reasoning?: number | undefined;
  readonly completionAudio?: number | undefined;
}
