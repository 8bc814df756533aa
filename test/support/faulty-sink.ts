import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import type { Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import { readFields } from "../../src/collector/otlp/proto-reader.ts";

/** A request as it came, decoded. */
interface SinkRequest {
  readonly spans: readonly SinkSpan[];
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As sent, compressed or not. */
  readonly bytes: number;
  /** Without compression. */
  readonly body: Buffer;
  /** Which connection it came by. */
  readonly socket: Socket;
}

interface SinkSpan {
  readonly spanId: string;
  readonly name: string;
}

/** What the sink does with a request: a status, and whether the spans are kept (for 2xx they are, else not); or worse. */
export type SinkAnswer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Buffer | string;
      readonly isKept?: boolean;
    }
  | "hang"
  /** Answers byte by byte, and never comes to the end. */
  | "trickle"
  | "reset"
  | "keep, then reset";

export interface FaultySink {
  readonly url: string;
  readonly requests: readonly SinkRequest[];
  /** The names of the spans that it has kept, in the order in which they came; twice what came twice. */
  readonly kept: readonly string[];
  /** Gives when so many spans have been kept. */
  keptAtLeast(count: number): Promise<void>;
  /** Gives when so many requests have come. */
  askedAtLeast(count: number): Promise<void>;
  /** From now on it answers so. */
  answer: (request: SinkRequest, index: number) => SinkAnswer | Promise<SinkAnswer>;
  /** Goes away, and comes back under the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Closes the connections over which nothing goes. */
  closeIdle(): void;
}

/** Starts a collector that does with each request what it is told, until the test ends; with certificates, over https. */
export async function startFaultySink(
  answer: FaultySink["answer"] = () => ({ status: 200 }),
  tls?: ServerOptions,
): Promise<FaultySink> {
  const requests: SinkRequest[] = [];
  const kept: string[] = [];
  const changed = new Set<() => void>();
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise<void>((resolve) => changed.add(resolve));
  };
  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const request = await decode(incoming);
    requests.push(request);
    tell(changed);
    const answered = await sink.answer(request, requests.length - 1);
    if (isKept(answered)) kept.push(...request.spans.map(({ name }) => name));
    give(response, answered);
    tell(changed);
  };
  const listener: RequestListener = (incoming, response) => {
    // As Phoenix answers to what it cannot decode.
    void handle(incoming, response).catch((error: unknown) => response.writeHead(422).end(String(error)));
  };
  const server = tls === undefined ? createServer(listener) : createHttpsServer(tls, listener);
  const stop = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };
  const port = await listen(0);
  onTestFinished(stop);
  const sink: FaultySink = {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    requests,
    kept,
    answer,
    stop,
    start: async () => void (await listen(port)),
    keptAtLeast: async (count) => until(() => kept.length >= count),
    askedAtLeast: async (count) => until(() => requests.length >= count),
    closeIdle: () => server.closeIdleConnections(),
  };
  return sink;
}

function tell(changed: Set<() => void>): void {
  for (const resolve of changed) resolve();
  changed.clear();
}

function isKept(answer: SinkAnswer): boolean {
  if (typeof answer === "string") return answer === "keep, then reset";
  return answer.isKept ?? answer.status < 300;
}

function give(response: ServerResponse, answer: SinkAnswer): void {
  if (typeof answer === "object") {
    response.writeHead(answer.status, answer.headers).end(answer.body);
  } else if (answer === "trickle") {
    const timer = setInterval(() => response.write("."), 20);
    response.on("close", () => clearInterval(timer));
  } else if (answer !== "hang") {
    response.socket?.destroy();
  }
}

async function decode(incoming: IncomingMessage): Promise<SinkRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece);
  const sent = Buffer.concat(pieces);
  const body = incoming.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
  const { headers, url: path = "", socket } = incoming;
  return { spans: spansIn(body), path, headers, bytes: sent.length, body, socket };
}

/** Field numbers: ResourceSpans 1, its ScopeSpans 2, their spans 2; of a span, its id 2 and its name 5. */
function spansIn(body: Buffer): SinkSpan[] {
  const spans = messages(messages(messages([body], 1), 2), 2);
  return spans.map((span) => ({
    spanId: messages([span], 2)[0]?.toString("hex") ?? "",
    name: messages([span], 5)[0]?.toString() ?? "",
  }));
}

function messages(parents: readonly Buffer[], number: number): Buffer[] {
  return parents.flatMap((parent) => {
    const fields = readFields(parent);
    if (fields === undefined) throw new Error("The request is no protobuf.");
    return fields.filter((field) => field.number === number).map(({ content }) => content);
  });
}
