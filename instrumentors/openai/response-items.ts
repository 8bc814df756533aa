import { describe } from "../../src/describe.ts";
import { filledText, type JsonObject, objectsOf, textOf } from "./json.ts";
import type { WireMessage } from "./wire-message.ts";
import { argumentsOf, partsOf } from "./wire-parts.ts";

/**
 * Reads items of the Responses API, sent or received, as messages.
 *
 * What one answer consists of (reasoning, text, calls) stands in items one after the other, and is one message of the assistant.
 */
export function messagesOf(items: readonly JsonObject[]): WireMessage[] {
  const messages: WireMessage[] = [];
  for (const item of items) {
    const message = { ...messageOf(item), source: item };
    const before = messages.at(-1);
    if (before?.role === "assistant" && message.role === "assistant")
      messages[messages.length - 1] = joined(before, message);
    else messages.push(message);
  }
  return messages;
}

function joined(first: WireMessage, second: WireMessage): WireMessage {
  return {
    ...first,
    parts: [...first.parts, ...second.parts],
    toolCalls: [...(first.toolCalls ?? []), ...(second.toolCalls ?? [])],
  };
}

function messageOf(item: JsonObject): WireMessage {
  const type = textOf(item["type"]) || "message";
  const callId = filledText(item["call_id"]) ?? filledText(item["id"]);
  if (type === "message") return { role: textOf(item["role"]), parts: partsOf(item["content"]) };
  if (type === "reasoning") return reasoningOf(item);
  if (type === "image_generation_call" && filledText(item["result"])) return imageOf(item);
  if (type.endsWith("_output")) return { role: "tool", parts: outputOf(item["output"] ?? item), toolCallId: callId };
  if (!type.endsWith("_call")) return { role: textOf(item["role"]) || "user", parts: partsOf(describe(item)) };
  const name = textOf(item["name"]) || type.replace(/_call$/, "");
  const input = item["arguments"] ?? item["input"] ?? item["action"] ?? item;
  return { role: "assistant", parts: [], toolCalls: [{ id: callId ?? "", name, arguments: argumentsOf(input) }] };
}

function reasoningOf({ id, content, summary, encrypted_content: encrypted }: JsonObject): WireMessage {
  const texts = [...objectsOf(content), ...objectsOf(summary)].map(({ text }) => textOf(text));
  const [text, encryptedContent] = [texts.filter(Boolean).join("\n"), filledText(encrypted)];
  return { role: "assistant", parts: [{ type: "reasoning", text, id: filledText(id), encryptedContent }] };
}

function imageOf({ result, output_format: format }: JsonObject): WireMessage {
  const url = `data:image/${textOf(format) || "png"};base64,${textOf(result)}`;
  return { role: "assistant", parts: [{ type: "image", url }] };
}

function outputOf(output: unknown): WireMessage["parts"] {
  return partsOf(typeof output === "string" || Array.isArray(output) ? output : describe(output));
}
