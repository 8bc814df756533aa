import { ConfigurationError } from "../errors.ts";
import type { McpConnection, McpToolFacts } from "./mcp-connection.ts";
import type { McpResult } from "./mcp-result.ts";
import type { McpApproval } from "./mcp-tool.ts";
import type { Tool } from "./tool.ts";

/** Says which tool of a Space to take, and that its owner is trusted. */
export interface LoadToolOptions {
  /** Says that you trust the code of the Space: it runs there, sees what is sent to it, and what it answers is read by your model. */
  readonly trustRemoteCode: boolean;
  /** For private Spaces, and to be counted as you. HF_TOKEN if not given. The Space gets it. */
  readonly token?: string | undefined;
  /** Which of the Space's tools; the first, if absent. */
  readonly toolName?: string;
  /** In place of the Space's own name for it: an identifier. */
  readonly name?: string;
  /** In place of the Space's own description. */
  readonly description?: string;
  readonly needsApproval?: McpApproval;
  /** How long connecting, and then each call, may take: five minutes if not given, as Spaces must wake up. */
  readonly timeoutMs?: number;
  /** Gives up loading. */
  readonly signal?: AbortSignal;
  /** Where the Space speaks MCP, if not at `https://owner-name.hf.space/gradio_api/mcp/`. */
  readonly endpoint?: string | URL;
}

/**
 * Takes a tool from a Space of Hugging Face that runs as an MCP server (in Gradio: `launch(mcp_server=True)`): `loadTool("owner/name", …)`.
 *
 * No code is downloaded; the Space runs it. Each call opens a connection of its own and ends it, so there is nothing to close.
 * Errors: ConfigurationError without `trustRemoteCode`, for an id that is none, a tool that is not there, a missing package; AgentError
 * if the Space does not answer; AgentAbortError.
 * Source: smolagents tools.py, load_tool and Tool.from_space; Gradio's guide to MCP servers for the endpoint.
 */
export async function loadTool(spaceId: string, options: LoadToolOptions): Promise<Tool> {
  assertTrusted(spaceId, options);
  const { timeoutMs = 300_000, needsApproval = false, signal } = options;
  const { McpConnection } = await import("./mcp-connection.ts");
  const { identifiersOf, McpTool } = await import("./mcp-tool.ts");
  const server = { url: options.endpoint ?? spaceEndpoint(spaceId), headers: headersFor(options.token) };
  let listed: readonly McpToolFacts[] = [];
  const connect = (): McpConnection => new McpConnection({ server, timeoutMs, onList: (tools) => (listed = tools) });
  const first = connect();
  try {
    await first.open(signal);
  } finally {
    await first.close();
  }
  const facts = pick(listed, { spaceId, toolName: options.toolName });
  const connection = { call: async (call: Parameters<McpConnection["call"]>[0]) => callOnce(connect(), call) };
  const name = options.name ?? identifiersOf([facts.name])[0] ?? facts.name;
  const described = options.description === undefined ? facts : { ...facts, description: options.description };
  return new McpTool(described, { connection, name, needsApproval, timeoutMs });
}

async function callOnce(connection: McpConnection, call: Parameters<McpConnection["call"]>[0]): Promise<McpResult> {
  try {
    return await connection.call(call);
  } finally {
    // Not awaited: the answer is there, or given up.
    void connection.close();
  }
}

function assertTrusted(spaceId: string, { trustRemoteCode }: LoadToolOptions): void {
  if (trustRemoteCode) return;
  throw new ConfigurationError(
    `The tool of the Space "${spaceId}" runs code that others wrote and may change at any time: it sees what your model sends to it, and your model reads what it answers. Look at https://huggingface.co/spaces/${spaceId}, and if you trust its owner, give loadTool trustRemoteCode: true.`,
  );
}

/**
 * Gives the address where a Space speaks MCP. Hosts of Spaces are lower case, and have a dash for whatever a host name cannot hold.
 *
 * Errors: ConfigurationError for what is no "owner/name".
 */
export function spaceEndpoint(spaceId: string): string {
  if (!/^[\w.-]+\/[\w.-]+$/.test(spaceId)) {
    throw new ConfigurationError(`"${spaceId}" is no id of a Space. Write it as "owner/name".`);
  }
  return `https://${spaceId.toLowerCase().replaceAll(/[^a-z0-9]/g, "-")}.hf.space/gradio_api/mcp/`;
}

function headersFor(given: string | undefined): Record<string, string> {
  const token = given ?? process.env["HF_TOKEN"];
  return token ? { authorization: `Bearer ${token}` } : {};
}

function pick(
  tools: readonly McpToolFacts[],
  { spaceId, toolName }: { readonly spaceId: string; readonly toolName: string | undefined },
): McpToolFacts {
  const found = toolName === undefined ? tools[0] : tools.find(({ name }) => name === toolName);
  if (found) return found;
  const names = tools.map(({ name }) => name).join(", ");
  throw new ConfigurationError(
    toolName === undefined
      ? `The Space "${spaceId}" has no tools.`
      : `The Space "${spaceId}" has no tool "${toolName}". It has: ${names || "none"}.`,
  );
}
