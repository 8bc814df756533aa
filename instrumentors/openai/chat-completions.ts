import { withoutContent } from "../shared/model-content.ts";
import { filledText, isObject, type JsonObject, numberOf, objectOf, objectsOf, textOf } from "./json.ts";
import type { Gathering, ModelApi, ModelRequest, TokenCounts } from "./model-api.ts";
import type { WireMessage, WirePart } from "./wire-message.ts";
import { callOf, partsOf } from "./wire-parts.ts";

/** Reads Chat Completions. Source: https://platform.openai.com/docs/api-reference/chat */
export const CHAT_COMPLETIONS: ModelApi = { spanName: "ChatCompletion", readRequest, gather };

function readRequest(body: unknown): ModelRequest {
  const request = objectOf(body);
  const functions = objectsOf(request["functions"]).map((each) => ({ type: "function", function: each }));
  return {
    model: filledText(request["model"]),
    parameters: withoutContent(request),
    messages: objectsOf(request["messages"]).map(messageOf),
    tools: [...objectsOf(request["tools"]), ...functions],
  };
}

function messageOf(message: JsonObject): WireMessage {
  const { content, refusal } = message;
  const parts = reasoningOf(message);
  parts.push(...partsOf(content));
  if (refusal) parts.push(...partsOf(refusal));
  return {
    role: textOf(message["role"]),
    parts,
    toolCalls: callsOf(message).map(callOf),
    toolCallId: filledText(message["tool_call_id"]),
    name: filledText(message["name"]),
    source: message,
  };
}

/** The old `function_call` is one that some servers send beside the same call in `tool_calls`. */
function callsOf({ tool_calls: calls, function_call: old }: JsonObject): readonly JsonObject[] {
  const news = objectsOf(calls);
  return news.length === 0 && isObject(old) ? [{ index: 0, function: old }] : news;
}

/** Servers other than OpenAI's give reasoning, under one of two names. */
function reasoningOf({ reasoning_content: content, reasoning }: JsonObject): WirePart[] {
  const text = textOf(content) || textOf(reasoning);
  return text ? [{ type: "reasoning", text }] : [];
}

interface GatheredChoice {
  role: string;
  text: string;
  reasoning: string;
  transcript: string;
  finishReason: string | undefined;
  readonly calls: GatheredCall[];
}

interface GatheredCall {
  readonly index: number;
  id: string;
  name: string;
  arguments: string;
}

function gather(): Gathering {
  const choices = new Map<number, GatheredChoice>();
  let id: string | undefined;
  let model: string | undefined;
  let usage: unknown;
  return {
    add(piece) {
      const chunk = objectOf(piece);
      id ??= filledText(chunk["id"]);
      model ??= filledText(chunk["model"]);
      // Some servers repeat the count so far in every chunk: the last one is the whole.
      usage = chunk["usage"] ?? usage;
      for (const choice of objectsOf(chunk["choices"])) {
        const index = numberOf(choice["index"]) ?? 0;
        const gathered = choices.get(index) ?? newChoice();
        choices.set(index, gathered);
        addToChoice(gathered, choice);
      }
    },
    answer() {
      const inOrder = [...choices].toSorted(([left], [right]) => left - right).map(([, choice]) => choice);
      const finishReasons = inOrder.map(({ finishReason }) => finishReason);
      return {
        id,
        model,
        finishReasons,
        tokens: tokensOf(usage),
        costUsd: numberOf(objectOf(usage)["cost"]),
        messages: inOrder.map(toMessage),
      };
    },
    failure: () => undefined,
  };
}

function newChoice(): GatheredChoice {
  return { role: "assistant", text: "", reasoning: "", transcript: "", finishReason: undefined, calls: [] };
}

function addToChoice(gathered: GatheredChoice, { delta, message, finish_reason: finishReason }: JsonObject): void {
  const piece = objectOf(delta ?? message);
  gathered.role = filledText(piece["role"]) ?? gathered.role;
  gathered.text += contentOf(piece["content"]) + textOf(piece["refusal"]);
  gathered.reasoning += textOf(piece["reasoning_content"]) || textOf(piece["reasoning"]);
  gathered.transcript += textOf(objectOf(piece["audio"])["transcript"]);
  gathered.finishReason = filledText(finishReason) ?? gathered.finishReason;
  for (const [position, call] of callsOf(piece).entries()) {
    // Calls of a whole answer have no index.
    const index = numberOf(call["index"]) ?? (message ? position : (gathered.calls.at(-1)?.index ?? 0));
    addToCalls(gathered.calls, { index, ...callOf(call) });
  }
}

/** Pieces of one text, in whatever parts they come. */
function contentOf(content: unknown): string {
  return typeof content === "string"
    ? content
    : objectsOf(content)
        .map(({ text }) => textOf(text))
        .join("");
}

/** Calls are told apart by their index; where a server gives every call the same index, by their ids. */
function addToCalls(calls: GatheredCall[], piece: GatheredCall): void {
  const begun = calls.findLast(({ index }) => index === piece.index);
  const isAnother = begun && begun.id && piece.id && piece.name && begun.id !== piece.id;
  if (!begun || isAnother) {
    calls.push(piece);
    return;
  }
  begun.id ||= piece.id;
  begun.name ||= piece.name;
  begun.arguments += piece.arguments;
}

function toMessage({ role, text, reasoning, transcript, calls }: GatheredChoice): WireMessage {
  const audio: WirePart[] = transcript ? [{ type: "audio", transcript }] : [];
  const parts = [...reasoningOf({ reasoning }), ...partsOf(text), ...audio];
  return { role, parts, toolCalls: calls.toSorted((left, right) => left.index - right.index) };
}

function tokensOf(usage: unknown): TokenCounts {
  const counts = objectOf(usage);
  const prompt = objectOf(counts["prompt_tokens_details"]);
  const completion = objectOf(counts["completion_tokens_details"]);
  return {
    prompt: numberOf(counts["prompt_tokens"]),
    completion: numberOf(counts["completion_tokens"]),
    total: numberOf(counts["total_tokens"]),
    cacheRead: numberOf(prompt["cached_tokens"]),
    cacheWrite: numberOf(prompt["cache_write_tokens"]),
    promptAudio: numberOf(prompt["audio_tokens"]),
    reasoning: numberOf(completion["reasoning_tokens"]),
    completionAudio: numberOf(completion["audio_tokens"]),
  };
}
