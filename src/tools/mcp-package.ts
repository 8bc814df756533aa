import type * as McpClient from "@modelcontextprotocol/client";
import type * as McpStdio from "@modelcontextprotocol/client/stdio";
import { ConfigurationError } from "../errors.ts";

/**
 * Loads the MCP client when it is first needed: who uses no MCP server need not install it.
 *
 * Errors: ConfigurationError that says what to install.
 */
export async function loadMcpClient(): Promise<typeof McpClient> {
  return import("@modelcontextprotocol/client").catch(fail);
}

/** Loads the part of the MCP client that starts servers as processes. */
export async function loadMcpStdio(): Promise<typeof McpStdio> {
  return import("@modelcontextprotocol/client/stdio").catch(fail);
}

function fail(cause: unknown): never {
  throw new ConfigurationError(
    "Tools of MCP servers need the @modelcontextprotocol/client package: npm install @modelcontextprotocol/client",
    { cause },
  );
}
