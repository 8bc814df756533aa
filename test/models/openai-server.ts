import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf, startServer } from "../support/http-server.ts";

interface ReceivedRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

type Answer = (response: ServerResponse, received: ReceivedRequest, request: IncomingMessage) => void;

/** Starts an endpoint on a free port, until the test ends. */
export async function startEndpoint(answer: Answer): Promise<{ baseURL: string; received: ReceivedRequest[] }> {
  const received: ReceivedRequest[] = [];
  const url = await startServer(async (response, request) => {
    const body: Record<string, unknown> = JSON.parse((await bodyOf(request)).toString());
    const { url: path = "", headers } = request;
    received.push({ path, authorization: headers.authorization, body });
    answer(response, { path, authorization: headers.authorization, body }, request);
  });
  return { baseURL: `${url}/v1`, received };
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
