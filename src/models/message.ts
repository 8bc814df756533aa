/** A JSON Schema object (draft 7), as it is sent to models. */
export type JsonSchema = { readonly [key: string]: unknown };

/** Is a piece of a message that holds more than a text. */
export type ContentPart = { readonly type: "text"; readonly text: string } | ImagePart;

/** An image: an `https:` or `data:` URL. */
export interface ImagePart {
  readonly type: "image";
  readonly url: string;
}

/** Is what a message says: a text, or pieces in their order. */
export type Content = string | readonly ContentPart[];

/** A call that the model asks for. `arguments` is the parsed JSON; a string where the model's text was no JSON. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: unknown;
}

/** Tells the model who it is and by which rules it works. */
export interface SystemMessage {
  readonly role: "system";
  readonly content: string;
}

/** Says what the model is asked, or what its code gave. */
export interface UserMessage {
  readonly role: "user";
  readonly content: Content;
}

/** Says what the model wrote and which calls it asked for. `reasoning` is kept, and not sent back. */
export interface AssistantMessage {
  readonly role: "assistant";
  readonly content: string;
  readonly toolCalls: readonly ToolCall[];
  readonly reasoning?: string;
}

/** What one tool call gave: an observation, under the id of its call. */
export interface ToolMessage {
  readonly role: "tool";
  readonly toolCallId: string;
  readonly toolName: string;
  readonly content: Content;
}

/** The shared words of models, memory and instrumentors: what is sent is what is written down. */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

/** A tool as a model sees it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
}

/** Gives the text of a content, images left out. */
export function textOf(content: Content): string {
  if (typeof content === "string") return content;
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}
