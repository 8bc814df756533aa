import { type ChatCompletion, type ChatToolCall, readChatCompletion, reasoningOf, textOf } from "./chat-completion.ts";
import type { ModelDelta } from "./model.ts";
import { parseJson } from "./openai-wire.ts";
import { filterStops } from "./stop-sequences.ts";

interface GatherOptions {
  readonly onDelta: (delta: ModelDelta) => void;
  /** Text from the first of these on is in no delta. */
  readonly stopSequences?: readonly string[] | undefined;
}

/**
 * Gathers the chunks of a streamed answer into what the same answer would have been in one.
 *
 * Calls are told apart by their index; where a server gives every call the same index, by their ids.
 * Errors: Error if a chunk is an error.
 */
export async function gatherChunks(chunks: AsyncIterable<unknown>, options: GatherOptions): Promise<ChatCompletion> {
  const gathered: Gathered = { text: "", reasoning: "", calls: [], hasChoices: false };
  const { push, end } = filterStops((text) => options.onDelta({ type: "text", text }), options.stopSequences ?? []);
  for await (const chunk of chunks) {
    const { model, usage, choices } = readChatCompletion(chunk);
    const choice = choices?.find(({ index }) => (index ?? 0) === 0);
    const message = choice?.delta ?? {};
    const [text, reasoning] = [textOf(message), reasoningOf(message)];
    gathered.model ||= model;
    // Some servers repeat the count so far in every chunk: the last one is the whole.
    gathered.usage = usage ?? gathered.usage;
    gathered.hasChoices ||= Array.isArray(choices);
    gathered.finishReason = choice?.finish_reason ?? gathered.finishReason;
    gathered.text += text;
    gathered.reasoning += reasoning;
    for (const piece of message.tool_calls ?? []) addPiece(gathered.calls, piece);
    if (reasoning !== "") options.onDelta({ type: "reasoning", text: reasoning });
    push(text);
  }
  end();
  return toCompletion(gathered);
}

interface Gathered {
  text: string;
  reasoning: string;
  readonly calls: GatheredCall[];
  hasChoices: boolean;
  model?: ChatCompletion["model"];
  usage?: ChatCompletion["usage"];
  finishReason?: string | null | undefined;
}

interface GatheredCall {
  readonly index: number;
  id: string;
  name: string;
  arguments: string;
}

function addPiece(calls: GatheredCall[], piece: ChatToolCall): void {
  const index = piece.index ?? calls.at(-1)?.index ?? 0;
  const id = piece.id ?? "";
  const name = piece.function?.name ?? "";
  const begun = calls.findLast((call) => call.index === index);
  const call = begun && !isAnother(begun, { id, name }) ? begun : { index, id, name, arguments: "" };
  if (call !== begun) calls.push(call);
  call.id ||= id;
  call.name ||= name;
  const input = piece.function?.arguments ?? "";
  call.arguments += typeof input === "string" ? input : JSON.stringify(input);
}

/** Tells the beginning of another call from a piece that repeats the id and name of its own. Without ids, only a whole call can be followed by another. */
function isAnother(begun: GatheredCall, piece: { readonly id: string; readonly name: string }): boolean {
  if (piece.name === "") return false;
  return piece.id === "" ? parseJson(begun.arguments) !== undefined : begun.id !== "" && piece.id !== begun.id;
}

function toCompletion({ text, reasoning, calls, hasChoices, model, usage, finishReason }: Gathered): ChatCompletion {
  const tool_calls = calls
    .toSorted((left, right) => left.index - right.index)
    .map(({ id, name, arguments: input }) => ({ id, function: { name, arguments: input } }));
  const message = { content: text, reasoning_content: reasoning, tool_calls };
  return { model, usage, choices: hasChoices ? [{ finish_reason: finishReason, message }] : undefined };
}
