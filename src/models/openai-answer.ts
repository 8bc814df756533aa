import { type ChatCompletion, type ChatToolCall, type ChatUsage, reasoningOf, textOf } from "./chat-completion.ts";
import type { ToolCall } from "./message.ts";
import type { ModelOutput } from "./model.ts";
import { parseJson } from "./openai-wire.ts";
import { cutAtStop } from "./stop-sequences.ts";
import type { Usage } from "./usage.ts";

interface ReadOptions {
  readonly stopSequences?: readonly string[] | undefined;
  /** Makes an id for a call that came without one. */
  readonly newCallId: () => string;
}

/**
 * Turns the answer of Chat Completions into a ModelOutput.
 *
 * Shape: the first choice; a refusal is the content; the text is cut at the first stop sequence; ids are kept as they are, also equal ones.
 * Arguments are the parsed JSON, `{}` where there are none, the text itself where it is no JSON.
 * Errors: Error if there are no choices; an empty list of them is an empty answer.
 */
export function fromChatCompletion({ model, choices, usage }: ChatCompletion, options: ReadOptions): ModelOutput {
  if (!choices) throw new Error("the answer holds no choices");
  const message = choices[0]?.message ?? {};
  const finishReason = choices[0]?.finish_reason;
  const reasoning = reasoningOf(message);
  return {
    message: {
      role: "assistant",
      content: cutAtStop(textOf(message), options.stopSequences ?? []),
      toolCalls: (message.tool_calls ?? []).map((call) => fromWireCall(call, options)),
      ...(reasoning ? { reasoning } : {}),
    },
    ...(usage ? { usage: fromWireUsage(usage) } : {}),
    ...(finishReason ? { finishReason } : {}),
    ...(model ? { modelId: model } : {}),
  };
}

function fromWireCall(call: ChatToolCall, { newCallId }: ReadOptions): ToolCall {
  const { name, arguments: input } = call.function ?? {};
  return { id: call.id || newCallId(), name: name ?? "", arguments: readArguments(input) };
}

/** Models that mean "no arguments" write nothing, or null. */
function readArguments(given: unknown): unknown {
  if (typeof given !== "string") return given ?? {};
  const value = given.trim() === "" ? {} : parseJson(given);
  return value === undefined ? given : (value ?? {});
}

function fromWireUsage(usage: ChatUsage): Usage {
  const inputTokens = usage.prompt_tokens ?? 0;
  const outputTokens = usage.completion_tokens ?? 0;
  const prompt = usage.prompt_tokens_details ?? {};
  const { cached_tokens: cachedTokens, cache_write_tokens: cacheWriteTokens, audio_tokens: audioInputTokens } = prompt;
  const { reasoning_tokens: reasoningTokens, audio_tokens: audioOutputTokens } = usage.completion_tokens_details ?? {};
  return {
    inputTokens,
    outputTokens,
    totalTokens: usage.total_tokens ?? inputTokens + outputTokens,
    ...(typeof cachedTokens === "number" ? { cachedTokens } : {}),
    ...(typeof cacheWriteTokens === "number" ? { cacheWriteTokens } : {}),
    ...(typeof reasoningTokens === "number" ? { reasoningTokens } : {}),
    // None where there is no sound, of which OpenAI tells at every call.
    ...(audioInputTokens ? { audioInputTokens } : {}),
    ...(audioOutputTokens ? { audioOutputTokens } : {}),
    // OpenRouter's, in US dollars.
    ...(typeof usage.cost === "number" ? { costUsd: usage.cost } : {}),
  };
}
