import { type AttributeTree, isTree, jsonAt, numberAt, parseJson, textAt, valueAt } from "./trace-attributes.ts";

type Part = AttributeTree;

/** Kinds of spans by what OpenTelemetry's GenAI conventions say is done in them. */
const KINDS: ReadonlyMap<unknown, string> = new Map([
  ["chat", "LLM"],
  ["generate_content", "LLM"],
  ["invoke_agent", "AGENT"],
  ["execute_tool", "TOOL"],
]);

/** Says of which kind a span is that is described by the GenAI conventions; undefined if they know none. */
export function genAiKind(attributes: AttributeTree): string | undefined {
  return KINDS.get(valueAt(attributes, "gen_ai.operation.name"));
}

/**
 * Gives the attributes of a span by OpenInference's names, where those of the GenAI conventions are all that the program has set.
 *
 * They do not know all: which of the tools may be chosen, the schema of a response format, other parameters than theirs, costs. A backend's own
 * translation, which is put beside them, knows less still: the names of tools' messages, reasoning tokens.
 */
export function withoutGenAi(attributes: AttributeTree): AttributeTree {
  const { gen_ai: genAi, llm, input, ...others } = attributes;
  // Set by programs only: no backend translates it.
  const isSaidTwice = valueAt(attributes, "llm.request.model_name") !== undefined;
  if (isSaidTwice || !isTree(genAi)) return attributes;
  const kind = genAiKind(attributes);
  // Where a call shows no messages, masks have hidden them: an input that cannot be read says so.
  if (kind === "LLM")
    return { ...others, input: input ?? { value: "" }, llm: { ...(isTree(llm) ? llm : {}), ...callOf(attributes) } };
  return kind === "AGENT" && !isTree(input) ? { ...others, llm, input: taskOf(attributes) } : attributes;
}

function callOf(attributes: AttributeTree): AttributeTree {
  const instructions = jsonAt(attributes, "gen_ai.system_instructions");
  const system = Array.isArray(instructions) ? [{ role: "system", parts: instructions }] : [];
  const asked = [...system, ...messagesAt(attributes, "gen_ai.input.messages")];
  const finishReasons = valueAt(attributes, "gen_ai.response.finish_reasons");
  return {
    model_name: textAt(attributes, "gen_ai.request.model"),
    response: { model_name: textAt(attributes, "gen_ai.response.model") },
    finish_reason: Array.isArray(finishReasons) ? finishReasons[0] : undefined,
    invocation_parameters: parametersOf(attributes),
    tools: toolsOf(attributes),
    token_count: tokensOf(attributes),
    input_messages: asked.map(readMessage),
    output_messages: messagesAt(attributes, "gen_ai.output.messages").map(readMessage),
  };
}

/** An agent is asked one thing: a text, and images. */
function taskOf(attributes: AttributeTree): AttributeTree {
  const parts = messagesAt(attributes, "gen_ai.input.messages").flatMap(partsOf);
  const images = parts.flatMap((part) => imageOf(part) ?? []);
  const text = parts.find(({ type }) => type === "text");
  return { value: text?.["content"], images: images.map((url) => ({ image: { url } })) };
}

function parametersOf(attributes: AttributeTree): AttributeTree {
  const request = valueAt(attributes, "gen_ai.request");
  const { stop_sequences: stop, model: _model, choice, ...sampling } = isTree(request) ? request : {};
  return { ...sampling, ...(stop === undefined ? {} : { stop }), ...(isTree(choice) ? { n: choice["count"] } : {}) };
}

function toolsOf(attributes: AttributeTree): unknown[] {
  const definitions = jsonAt(attributes, "gen_ai.tool.definitions");
  return Array.isArray(definitions)
    ? definitions.map((definition: unknown) => ({ tool: { json_schema: definition } }))
    : [];
}

function tokensOf(attributes: AttributeTree): AttributeTree {
  const count = (name: string): number | undefined => numberAt(attributes, `gen_ai.usage.${name}`);
  return {
    prompt: count("input_tokens"),
    completion: count("output_tokens"),
    prompt_details: { cache_read: count("cache_read.input_tokens") },
    completion_details: { reasoning: count("reasoning.output_tokens") },
  };
}

function messagesAt(attributes: AttributeTree, path: string): AttributeTree[] {
  const messages = jsonAt(attributes, path);
  return Array.isArray(messages) ? messages.filter(isTree) : [];
}

function partsOf({ parts }: AttributeTree): Part[] {
  return Array.isArray(parts) ? parts.filter(isTree) : [];
}

function readMessage(message: AttributeTree): AttributeTree {
  const parts = partsOf(message);
  const result = parts.find(({ type }) => type === "tool_call_response");
  const said = result ? responseOf(result) : parts.filter(({ type }) => type !== "tool_call");
  const [first] = said;
  const isText = said.length === 1 && first?.["type"] === "text";
  const calls = parts.filter(({ type }) => type === "tool_call");
  return {
    message: {
      role: result ? "tool" : message["role"],
      tool_call_id: result?.["id"],
      ...(isText ? { content: first["content"] } : { contents: said.map(readPart) }),
      tool_calls: calls.map(readCall),
    },
  };
}

function responseOf({ response, result = response }: Part): Part[] {
  if (Array.isArray(result) && result.every(isTree)) return result;
  const content = typeof result === "string" ? result : JSON.stringify(result ?? "");
  return content === "" ? [] : [{ type: "text", content }];
}

function readPart(part: Part): AttributeTree {
  // The runtime's messages have no sound: as in OpenInference's words, only that there was some is read.
  if (part["modality"] === "audio") return { message_content: { type: "audio" } };
  const url = imageOf(part);
  const content =
    url === undefined ? { type: part["type"], text: part["content"] } : { type: "image", image: { image: { url } } };
  return { message_content: content };
}

function imageOf({ type, modality, uri, mime_type: mimeType, content }: Part): string | undefined {
  if (modality === "audio") return undefined;
  if (type === "uri") return String(uri);
  return type === "blob" ? `data:${String(mimeType)};base64,${String(content)}` : undefined;
}

function readCall({ id, name, arguments: input }: Part): AttributeTree {
  // No JSON, or an object that is told as its text.
  const isText = typeof input === "string" && ["undefined", "object"].includes(typeof parseJson(input));
  return { tool_call: { id, function: { name, arguments: isText ? input : JSON.stringify(input) } } };
}
