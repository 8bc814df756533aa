import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { NodeStreamableHTTPServerTransport } from "@modelcontextprotocol/node";
import { onTestFinished } from "vitest";
import { makeServer } from "./mcp-server.js";

export interface HttpServer {
  readonly url: string;
  /** The requests so far. */
  readonly received: readonly IncomingMessage[];
  /** Forgets all sessions, as a server does that was started anew. */
  forget(): void;
  stop(): Promise<void>;
}

/** Starts a real MCP server of streamable HTTP on a free port, until the test ends. Its tool `exit` breaks off all connections, or ends its own stream without an answer. */
export async function startHttpServer({ endsStream = false } = {}): Promise<HttpServer> {
  const sessions = new Map<unknown, NodeStreamableHTTPServerTransport>();
  const received: IncomingMessage[] = [];
  const http = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    received.push(request);
    const id = request.headers["mcp-session-id"];
    const known = sessions.get(id);
    if (id !== undefined && !known) {
      response.writeHead(404).end();
      return;
    }
    const transport = known ?? (await openSession());
    await transport.handleRequest(request, response);
  }

  async function openSession(): Promise<NodeStreamableHTTPServerTransport> {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    const exit = (requestId: string | number): void =>
      endsStream ? transport.closeSSEStream(requestId) : http.closeAllConnections();
    await makeServer({ exit }).connect(transport);
    return transport;
  }

  async function stop(): Promise<void> {
    http.closeAllConnections();
    await new Promise<void>((resolve) => http.close(() => resolve()));
  }

  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(stop);
  const address = http.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return { url: `http://127.0.0.1:${address.port}/mcp?key=secret`, received, forget: () => sessions.clear(), stop };
}
