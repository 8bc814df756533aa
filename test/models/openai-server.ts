import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

interface ReceivedRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

type Answer = (response: ServerResponse, received: ReceivedRequest, request: IncomingMessage) => void;

/** Starts an endpoint on a free port, until the test ends. */
export async function startEndpoint(answer: Answer): Promise<{ baseURL: string; received: ReceivedRequest[] }> {
  const received: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const { url: path = "", headers } = request;
      const body: Record<string, unknown> = JSON.parse(Buffer.concat(pieces).toString());
      received.push({ path, authorization: headers.authorization, body });
      answer(response, { path, authorization: headers.authorization, body }, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return { baseURL: `http://127.0.0.1:${address.port}/v1`, received };
}

export function sendJson(response: ServerResponse, body: unknown, { status = 200, headers = {} } = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

export function sendEvents(response: ServerResponse, chunks: readonly unknown[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  response.end("data: [DONE]\n\n");
}

/** Answers a streamed request with the chunks, another with the completion. */
export function answerBoth({ completion, chunks }: { completion: unknown; chunks: readonly unknown[] }): Answer {
  return (response, { body }) =>
    body["stream"] === true ? sendEvents(response, chunks) : sendJson(response, completion);
}
