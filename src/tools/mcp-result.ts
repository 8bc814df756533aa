import type { ImagePart } from "../models/message.ts";

/** One piece of what an MCP tool gives. The few members used here, after the specification of MCP. */
interface McpContent {
  readonly type: string;
  readonly text?: unknown;
  readonly data?: unknown;
  readonly mimeType?: unknown;
  readonly uri?: unknown;
  readonly resource?: unknown;
}

/** What an MCP tool gives. */
export interface McpResult {
  readonly content: readonly McpContent[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean | undefined;
}

/**
 * Reads what an MCP tool gave as the output of a tool of ours.
 *
 * Structured content is the output as it is. Else texts are one text, with a blank line between them; one image alone is an ImagePart;
 * texts and images together are an array of strings and ImageParts, in their order. What cannot be shown is named by its address or its kind.
 * Errors: what the server says of a failed call.
 */
export function readMcpResult(result: McpResult, { hasOutputSchema }: { readonly hasOutputSchema: boolean }): unknown {
  const pieces = joinTexts(result.content.map(readContent));
  if (result.isError) throw new Error(pieces.filter((piece) => typeof piece === "string").join("\n\n") || SILENT);
  const { structuredContent } = result;
  // Without a schema, structured content may be the lesser half of the answer: images stand beside it.
  const isWhole = hasOutputSchema || pieces.every((piece) => typeof piece === "string");
  if (structuredContent !== undefined && isWhole) return structuredContent;
  return pieces.length > 1 ? pieces : (pieces[0] ?? "");
}

const SILENT = "The MCP server says that the call failed, and not why.";

type Piece = string | ImagePart;

function readContent(content: McpContent): Piece {
  const { type, text, data, mimeType, uri, resource } = content;
  if (type === "text") return String(text);
  if (type === "image") return { type: "image", url: `data:${String(mimeType)};base64,${String(data)}` };
  if (type === "resource_link") return String(uri);
  if (type === "resource" && typeof resource === "object" && resource !== null) return readResource(resource);
  return `[${type}${typeof mimeType === "string" ? ` of type ${mimeType}` : ""}, which cannot be shown here]`;
}

function readResource(resource: {
  readonly text?: unknown;
  readonly blob?: unknown;
  readonly uri?: unknown;
  readonly mimeType?: unknown;
}): Piece {
  const { text, blob, uri, mimeType } = resource;
  if (typeof text === "string") return text;
  if (typeof blob === "string" && typeof mimeType === "string" && mimeType.startsWith("image/")) {
    return { type: "image", url: `data:${mimeType};base64,${blob}` };
  }
  return String(uri);
}

function joinTexts(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (typeof piece === "string" && typeof last === "string") joined[joined.length - 1] = `${last}\n\n${piece}`;
    else joined.push(piece);
  }
  return joined;
}
