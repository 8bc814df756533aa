import { ConfigurationError } from "../errors.ts";

/** An MCP server that is started as a process of its own, and spoken to by its standard input and output. */
export interface McpCommand {
  readonly command: string;
  readonly args?: readonly string[];
  /** Added to the few variables that the process gets of ours, such as PATH and HOME: keys are not passed on by themselves. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** An MCP server behind an address, by streamable HTTP. */
export interface McpAddress {
  readonly url: string | URL;
  /** Sent with every request, e.g. an `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Says where an MCP server is. */
export type McpServer = McpCommand | McpAddress;

/**
 * Names a server in messages, without what may be secret: options and what follows them, and the query of an address.
 *
 * Errors: ConfigurationError if it has no command and no http(s) address.
 */
export function nameMcpServer(server: McpServer): string {
  if (!("url" in server)) {
    if (!server.command) throw new ConfigurationError("An MCP server needs a `command` to start it, or a `url`.");
    const subject = server.args?.find((argument) => argument !== "-y" && argument !== "--yes");
    return subject === undefined || subject.startsWith("-") ? `"${server.command}"` : `"${server.command} ${subject}"`;
  }
  const address = String(server.url);
  if (!URL.canParse(address) || !/^https?:/.test(address)) {
    throw new ConfigurationError(`"${address}" is no address of an MCP server. Write it as https://host/mcp.`);
  }
  const { origin, pathname } = new URL(address);
  return `at ${origin}${pathname}`;
}
