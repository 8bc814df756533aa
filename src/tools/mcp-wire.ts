import { ChildProcess } from "node:child_process";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { Transport } from "@modelcontextprotocol/client";
import { loadMcpClient, loadMcpStdio } from "./mcp-package.ts";
import type { McpAddress, McpCommand, McpServer } from "./mcp-server.ts";

/** The way to a server, not yet opened: the MCP client does that. */
export interface McpWire {
  readonly transport: Transport;
  /** Says how the server ended, in the words of a sentence that begins with its name. */
  readonly ending: () => Promise<string>;
  /** Takes leave, before the transport is closed. Never rejects. */
  readonly takeLeave: () => Promise<void>;
}

/** Stands in the error of a call whose stream of answers ended without one. */
export const STREAM_ENDED = "the stream of the answer ended before the answer";

/** Makes the way to a server. Errors: ConfigurationError if the MCP client is not installed. */
export async function makeMcpWire(server: McpServer): Promise<McpWire> {
  return "url" in server ? httpWire(server) : stdioWire(server);
}

async function stdioWire({ command, args = [], env, cwd }: McpCommand): Promise<McpWire> {
  const { StdioClientTransport } = await loadMcpStdio();
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    stderr: "pipe",
    ...(env ? { env: { ...env } } : {}),
    ...(cwd === undefined ? {} : { cwd }),
  });
  const lastLines = keepLastLines(transport.stderr);
  let exit = "ended";
  const start = transport.start.bind(transport);
  transport.start = async () => {
    const started = start();
    watchExit(transport, (how) => (exit = how));
    await started;
  };
  const ending = async (): Promise<string> => {
    // What it wrote last is on its way through a stream.
    await nextTurn();
    const lines = lastLines();
    return lines === "" ? `${exit}, and wrote nothing to stderr` : `${exit}. The last it wrote to stderr:\n${lines}\n`;
  };
  return { transport, ending, takeLeave: async () => {} };
}

function keepLastLines(stderr: NodeJS.EventEmitter | null): () => string {
  const decoder = new TextDecoder();
  let kept = "";
  stderr?.on("data", (chunk: Buffer) => {
    const text = kept + decoder.decode(chunk, { stream: true });
    kept = text
      .split("\n")
      .slice(-KEPT_LINES - 1)
      .join("\n")
      .slice(-KEPT_LENGTH);
  });
  return () => kept.trim().split("\n").slice(-KEPT_LINES).join("\n");
}

const KEPT_LINES = 20;
const KEPT_LENGTH = 8_000;

/**
 * The transport keeps how the process ended to itself, and takes it for alive as long as a child of the process holds its pipes.
 * Where a later version hides the process too, its exit code is not told and nothing else is lost.
 */
function watchExit(transport: Transport, onExit: (how: string) => void): void {
  const child: unknown = Reflect.get(transport, "_process");
  if (!(child instanceof ChildProcess)) return;
  child.once("exit", (code, signal) => {
    onExit(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`);
    const letGo = setTimeout(() => {
      for (const stream of child.stdio) stream?.destroy();
    }, GRACE_MS);
    letGo.unref();
    child.once("close", () => clearTimeout(letGo));
  });
}

const GRACE_MS = 500;

async function httpWire({ url, headers }: McpAddress): Promise<McpWire> {
  const { StreamableHTTPClientTransport } = await loadMcpClient();
  const transport = new StreamableHTTPClientTransport(new URL(url), headers ? { requestInit: { headers } } : {});
  const send = transport.send.bind(transport);
  // The client waits for its time-out when the stream of an answer breaks off. An error in place of the answer ends that; after the answer, it is ignored.
  transport.send = async (message, options) => {
    const onRequestStreamEnd = (): void => {
      if (!("id" in message) || message.id === undefined) return;
      transport.onmessage?.({ jsonrpc: "2.0", id: message.id, error: { code: -32_000, message: STREAM_ENDED } });
    };
    return send(message, { onRequestStreamEnd, ...options });
  };
  return {
    transport,
    ending: async () => "ended the connection",
    takeLeave: async () => {
      const left = transport.terminateSession().catch(() => {});
      await Promise.race([left, delay(LEAVE_MS, undefined, { ref: false })]);
    },
  };
}

const LEAVE_MS = 1_000;
