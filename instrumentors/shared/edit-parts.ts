/** A part of a `gen_ai.*.messages` attribute: text, reasoning, a tool call, its response, a blob, … */
type Part = Readonly<Record<string, unknown>>;

/**
 * Rewrites the parts of messages that stand as JSON in one attribute, or the parts of `gen_ai.system_instructions`. A part for which nothing is given is left out.
 *
 * Gives undefined for what is no such JSON: what cannot be read cannot be masked.
 * Source: the GenAI conventions of OpenTelemetry, `gen_ai.input.messages`.
 */
export function editParts(json: string, edit: (part: Part) => Part | undefined): string | undefined {
  const messages = parse(json);
  if (!Array.isArray(messages)) return undefined;
  if (!messages.some(hasParts)) return JSON.stringify(editAll(messages, edit));
  return JSON.stringify(
    messages.map((message: unknown) => (hasParts(message) ? { ...message, parts: editAll(message.parts, edit) } : {})),
  );
}

/** Puts something else in the place of what a part says: text, reasoning, the response of a tool. */
export function withText(part: Part, text: string): Part {
  if (part["type"] === "tool_call_response")
    return { ...part, ...("result" in part ? { result: text } : { response: text }) };
  return part["type"] === "text" || part["type"] === "reasoning" ? { ...part, content: text } : part;
}

/** Whether a part is an image: its bytes, its address or its file. */
export function isImage({ modality, mime_type: mimeType, type, uri }: Part): boolean {
  if (modality === "image" || (typeof mimeType === "string" && mimeType.startsWith("image/"))) return true;
  return type === "image" || (typeof uri === "string" && uri.startsWith("data:image/"));
}

/** Gives the `data:` URL of an image whose bytes stand in a part as Base64. */
export function dataUrlOf(part: Part): string | undefined {
  const { type, mime_type: mimeType, content } = part;
  if (type !== "blob" || typeof content !== "string" || !isImage(part)) return undefined;
  return `data:${typeof mimeType === "string" ? mimeType : "image/*"};base64,${content}`;
}

function editAll(parts: readonly unknown[], edit: (part: Part) => Part | undefined): Part[] {
  return parts.flatMap((part) => {
    const edited = isRecord(part) ? edit(part) : undefined;
    if (!edited) return [];
    // What a tool gave may be parts in its turn.
    const { response } = edited;
    return [Array.isArray(response) ? { ...edited, response: editAll(response, edit) } : edited];
  });
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function hasParts(item: unknown): item is { readonly parts: readonly unknown[] } {
  return isRecord(item) && Array.isArray(item["parts"]);
}

function isRecord(value: unknown): value is Part {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
