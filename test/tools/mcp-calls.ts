import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { mcpTools, type McpOptions, type McpTools } from "../../src/tools/mcp.ts";
import type { Tool } from "../../src/tools/tool.ts";

const SCRIPT = fileURLToPath(new URL("mcp-stdio-server.js", import.meta.url));

export const STDIO = { command: process.execPath, args: [SCRIPT] };

/** Connects, until the test ends. */
export async function connect(options: McpOptions): Promise<McpTools> {
  const mcp = await mcpTools(options);
  onTestFinished(async () => mcp.close());
  return mcp;
}

export function toolOf({ tools }: { readonly tools: readonly Tool[] }, name: string): Tool {
  const found = tools.find((tool) => tool.name === name);
  if (!found) throw new Error(`There is no ${name} among ${tools.map((tool) => tool.name).join(", ")}.`);
  return found;
}

/** What the server says of itself, as soon as it fits. */
export async function untilState(mcp: McpTools, fits: (state: ServerState) => boolean): Promise<ServerState> {
  for (;;) {
    const state: ServerState = JSON.parse(String(await toolOf(mcp, "state").call({})));
    if (fits(state)) return state;
  }
}

export interface ServerState {
  readonly running: number;
  readonly cancelled: number;
  readonly secret: string;
  readonly pid: number;
}
