import type { AssistantMessage, Content, ContentPart, Message, ToolCall, ToolSpec } from "../models/message.ts";
import { type AttributeTree, isTree, itemsAt, jsonAt, parseJson, textAt, valueAt } from "./trace-attributes.ts";
import { REDACTED } from "./trace-likeness.ts";

/** Reads one message of `llm.input_messages` or `llm.output_messages`. */
export function readMessage(item: AttributeTree): Message {
  const message = valueAt(item, "message");
  const tree = isTree(message) ? message : {};
  switch (textAt(tree, "role") ?? "") {
    case "system":
    case "developer":
      return { role: "system", content: readTexts(tree, "text") };
    case "assistant":
    case "model":
      return readAnswer(tree);
    case "tool":
      return {
        role: "tool",
        toolCallId: textAt(tree, "tool_call_id") ?? "",
        toolName: textAt(tree, "name") ?? "",
        content: readContent(tree),
      };
    default:
      return { role: "user", content: readContent(tree) };
  }
}

/** Names the tools of messages that do not, as the GenAI conventions do not: by the call that has the same id. */
export function nameTools(messages: readonly Message[]): readonly Message[] {
  const calls = messages.flatMap((message) => (message.role === "assistant" ? message.toolCalls : []));
  return messages.map((message) => {
    if (message.role !== "tool" || message.toolName !== "") return message;
    const call = calls.find(({ id }) => id === message.toolCallId);
    return { ...message, toolName: call?.name ?? "" };
  });
}

/** Reads the tools of `llm.tools`. */
export function readTools(span: AttributeTree): ToolSpec[] {
  return [...itemsAt(span, "llm.tools").values()].flatMap((item) => {
    const schema = jsonAt(item, "tool.json_schema");
    if (!isTree(schema)) return [];
    const described = isTree(schema["function"]) ? schema["function"] : schema;
    const { name, description, parameters = described["input_schema"] } = described;
    if (typeof name !== "string") return [];
    return {
      name,
      description: typeof description === "string" ? description : "",
      inputSchema: isTree(parameters) ? parameters : {},
    };
  });
}

function readAnswer(tree: AttributeTree): AssistantMessage {
  const reasoning = readTexts(tree, "reasoning");
  return {
    role: "assistant",
    content: readTexts(tree, "text"),
    toolCalls: [...itemsAt(tree, "tool_calls").values()].map(readToolCall),
    ...(reasoning === "" ? {} : { reasoning }),
  };
}

function readToolCall(item: AttributeTree): ToolCall {
  const written = valueAt(item, "tool_call.function.arguments") ?? {};
  const parsed = typeof written === "string" ? parseJson(written) : written;
  return {
    id: textAt(item, "tool_call.id") ?? "",
    name: textAt(item, "tool_call.function.name") ?? "",
    arguments: parsed === undefined ? written : parsed,
  };
}

/** An empty text is not written at all. */
function readContent(tree: AttributeTree): Content {
  const parts = [...itemsAt(tree, "contents").values()];
  if (parts.length === 0) return textAt(tree, "content") ?? "";
  return parts.flatMap((item): ContentPart[] => {
    const part = valueAt(item, "message_content");
    if (!isTree(part)) return [];
    const image = valueAt(part, "image");
    if (image !== undefined) return [{ type: "image", url: textAt(part, "image.image.url") ?? REDACTED }];
    return [{ type: "text", text: textAt(part, "text") ?? "" }];
  });
}

function readTexts(tree: AttributeTree, type: "text" | "reasoning"): string {
  const parts = [...itemsAt(tree, "contents").values()];
  const texts = parts.flatMap((item) =>
    textAt(item, "message_content.type") === type ? [textAt(item, "message_content.text") ?? ""] : [],
  );
  return type === "text" && parts.length === 0 ? (textAt(tree, "content") ?? "") : texts.join("\n");
}
