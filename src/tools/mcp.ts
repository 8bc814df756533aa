import type { McpOptions, McpTools } from "./server-tools.ts";

export type { McpOptions, McpSettings, McpTools } from "./server-tools.ts";

/**
 * Offers the tools of an MCP server, by the `@modelcontextprotocol/client` package.
 *
 * Names that are no identifiers become some: `get-time` is `get_time`. After a call in which the server ended, the next one connects again, once.
 * An agent keeps the tools that it was given; a tool that is gone at the server then fails, and says what is there.
 * Errors: ConfigurationError for a missing package, an address that is none, an included tool that is not there; AgentError that says
 * why the server cannot be reached, with its status or its last words; AgentAbortError.
 * Source: smolagents mcp_client.py, MCPClient.
 */
export async function mcpTools(options: McpOptions): Promise<McpTools> {
  const { ServerTools } = await import("./server-tools.ts");
  const tools = new ServerTools(options);
  try {
    await tools.open();
    return tools;
  } catch (thrown) {
    // Not awaited: who gave up does not wait for the server to take leave.
    void tools.close();
    throw thrown;
  }
}
