import { describe } from "../describe.ts";
import { type Content, type Message, textOf } from "../models/message.ts";

/** Writes a message as text, for people and for models that read of it: who says what. Images are counted. */
export function messageText(message: Message): string {
  switch (message.role) {
    case "system":
    case "user":
      return `${message.role}: ${contentText(message.content)}`;
    case "assistant": {
      const calls = message.toolCalls.map((call) => `calls ${call.name} with ${describe(call.arguments)}`);
      return `assistant: ${[message.content, ...calls].filter((text) => text !== "").join("\n")}`;
    }
    case "tool":
      return `tool ${message.toolName}: ${contentText(message.content)}`;
  }
}

function contentText(content: Content): string {
  const count = typeof content === "string" ? 0 : content.filter(({ type }) => type === "image").length;
  if (count === 0) return textOf(content);
  return `${textOf(content)}\n[${count === 1 ? "1 image" : `${count} images`}]`;
}
