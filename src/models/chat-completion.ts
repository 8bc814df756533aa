import { z } from "zod";

const text = z.string().nullish().catch(undefined);
const count = z.number().nullish().catch(undefined);

/** A text, or parts of one: what a part holds beside text is left out. */
const content = z
  .union([z.string(), z.array(z.object({ text })).transform((parts) => parts.map((part) => part.text ?? "").join(""))])
  .nullish()
  .catch(undefined);

const toolCall = z.object({
  index: count,
  id: text,
  function: z.object({ name: text, arguments: z.unknown() }).nullish().catch(undefined),
});

const message = z.object({
  content,
  refusal: text,
  reasoning_content: text,
  reasoning: text,
  tool_calls: z.array(toolCall).nullish().catch(undefined),
});

const choice = z.object({
  index: count,
  finish_reason: text,
  message: message.nullish().catch(undefined),
  delta: message.nullish().catch(undefined),
});

const usage = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  cost: count,
  prompt_tokens_details: z
    .object({ cached_tokens: count, cache_write_tokens: count, audio_tokens: count })
    .nullish()
    .catch(undefined),
  completion_tokens_details: z.object({ reasoning_tokens: count, audio_tokens: count }).nullish().catch(undefined),
});

const chatCompletion = z.object({
  model: text,
  choices: z.array(choice).nullish().catch(undefined),
  usage: usage.nullish().catch(undefined),
});

const failure = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });

/**
 * What is read of an answer of Chat Completions, or of a chunk of a streamed one, with a `delta` in place of the `message`.
 *
 * Everything may be missing: endpoints that call themselves compatible leave out, add and repeat as they like.
 */
export type ChatCompletion = z.infer<typeof chatCompletion>;
type ChatMessage = z.infer<typeof message>;
export type ChatToolCall = z.infer<typeof toolCall>;
export type ChatUsage = z.infer<typeof usage>;

/**
 * Reads an answer or a chunk. What is of the wrong type counts as missing.
 *
 * Errors: Error if it is an error in the place of an answer (then its `error` is that one), or no object at all.
 */
export function readChatCompletion(answer: unknown): ChatCompletion {
  const failed = failure.safeParse(answer);
  if (failed.success) {
    const { error } = failed.data;
    throw Object.assign(new Error(typeof error === "string" ? error : error.message), { error });
  }
  const read = chatCompletion.safeParse(answer);
  if (read.success) return read.data;
  throw new Error(`the answer is no chat completion: ${String(answer).slice(0, 200)}`);
}

/** Gives the text of an answer or of a chunk. A refusal is text too: nothing that the model said is lost. */
export function textOf({ content: said, refusal }: ChatMessage): string {
  return (said ?? "") + (refusal ?? "");
}

/** Gives the reasoning under whichever of its two names it came. Some servers send both, with the same text. */
export function reasoningOf({ reasoning_content, reasoning }: ChatMessage): string {
  return reasoning_content || reasoning || "";
}
