import { throwIfAborted } from "../abort.ts";
import { AgentError } from "../errors.ts";
import { type ChatCompletion, readChatCompletion } from "./chat-completion.ts";
import type { GenerateOptions, ModelOutput } from "./model.ts";
import { fromChatCompletion } from "./openai-answer.ts";
import { toModelError } from "./openai-failure.ts";
import type { OpenAIClient } from "./openai-package.ts";
import { gatherChunks } from "./openai-stream.ts";
import { watchRetries } from "./retry.ts";

interface Call extends GenerateOptions {
  readonly modelId: string;
  readonly baseURL: string;
  readonly body: object;
  /** For the client: `maxRetries`, `timeout`. */
  readonly requestOptions: object;
  readonly stopSequences: readonly string[] | undefined;
}

/**
 * Has a client of the `openai` package make a call, streamed where there is `onDelta`, and reads the answer.
 *
 * Errors: ModelError with the status, the request id and the body of the answer, if there was one; AgentAbortError; what `onRetry` throws.
 */
export async function callClient(client: OpenAIClient, call: Call): Promise<ModelOutput> {
  try {
    const completion = await completeWatched(client, call);
    // An aborted stream of the client ends as if it were complete.
    throwIfAborted(call.signal);
    const { stopSequences } = call;
    return fromChatCompletion(completion, { stopSequences, newCallId: () => `call_${crypto.randomUUID()}` });
  } catch (thrown) {
    if (thrown instanceof AgentError) throw thrown;
    throw toModelError(thrown, call);
  }
}

async function completeWatched(client: OpenAIClient, call: Call): Promise<ChatCompletion> {
  const { onRetry, requestOptions } = call;
  if (!onRetry) return complete(client, call);
  return watchRetries(onRetry, async (fetchOptions) =>
    complete(client, { ...call, requestOptions: { ...requestOptions, fetchOptions } }),
  );
}

async function complete(client: OpenAIClient, call: Call): Promise<ChatCompletion> {
  const { body, onDelta, signal, stopSequences } = call;
  // The client leaves a listener on the signal at every call: it must be one of this call alone.
  const options = { ...call.requestOptions, signal: signal && AbortSignal.any([signal]) };
  if (!onDelta) return readChatCompletion(await client.chat.completions.create({ ...body, stream: false }, options));
  // For endpoints that refuse `stream_options`, a parameter of that name may say otherwise.
  const streaming = { stream_options: { include_usage: true }, ...body, stream: true };
  const chunks = await client.chat.completions.create(streaming, options);
  if (!isAsyncIterable(chunks)) throw new Error("the client gave no stream");
  return gatherChunks(chunks, { onDelta, stopSequences });
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
