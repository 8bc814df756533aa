import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";

/** What goes wrong at the collector. Times are seconds since it was started. */
export type Fault =
  | { readonly kind: "down"; readonly until: number }
  | { readonly kind: "hang"; readonly until: number }
  | {
      readonly kind: "status";
      readonly status: number;
      readonly retryAfter?: number | undefined;
      readonly until: number;
    }
  | { readonly kind: "reset"; readonly requests: number; readonly isStored: boolean }
  | { readonly kind: "refuses the huge"; readonly status: number }
  | { readonly kind: "leaves out"; readonly spans: number };

/** A collector that misbehaves, and counts what it stores by the ids of spans. */
export interface FaultyCollector {
  readonly url: string;
  /** How often each span was stored. */
  readonly stored: ReadonlyMap<string, number>;
  /** Spans that it was given, and said that it leaves out. */
  readonly leftOut: ReadonlySet<string>;
  /** From now on it takes everything. */
  heal(): Promise<void>;
  close(): void;
}

const HUGE_BYTES = 5_000_000;

/** Starts the collector; `scale` makes its seconds shorter. */
export async function startFaultyCollector(fault: Fault | undefined, scale: number): Promise<FaultyCollector> {
  const stored = new Map<string, number>();
  const leftOut = new Set<string>();
  const started = performance.now();
  let current = fault;
  let requests = 0;
  const isOver = (until: number) => performance.now() - started > until * 1_000 * scale;

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request);
    const ids = spanIds(body);
    const store = (from = 0) => {
      for (const id of ids.slice(from)) stored.set(id, (stored.get(id) ?? 0) + 1);
    };
    const answer = (status: number, headers = {}, content: Buffer = Buffer.alloc(0)) => {
      response.writeHead(status, { "content-type": "application/x-protobuf", ...headers }).end(content);
    };
    requests += 1;
    if (current?.kind === "hang" && !isOver(current.until)) return;
    if (current?.kind === "status" && !isOver(current.until)) {
      return answer(
        current.status,
        current.retryAfter === undefined ? {} : { "retry-after": String(current.retryAfter) },
      );
    }
    if (current?.kind === "reset" && requests <= current.requests) {
      if (current.isStored) store();
      request.socket.destroy();
      return;
    }
    if (current?.kind === "refuses the huge" && body.length > HUGE_BYTES) return answer(current.status);
    if (current?.kind === "leaves out") {
      const count = Math.min(current.spans, ids.length);
      for (const id of ids.slice(0, count)) leftOut.add(id);
      store(count);
      return answer(200, {}, partialSuccess(count, "they are not liked"));
    }
    store();
    answer(200);
  };

  let server: Server | undefined;
  const listen = async (port: number) => {
    server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };
  const close = () => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  };
  const port = await listen(0);
  if (fault?.kind === "down") {
    close();
    if (Number.isFinite(fault.until)) setTimeout(() => void listen(port), fault.until * 1_000 * scale);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    stored,
    leftOut,
    close,
    heal: async () => {
      current = undefined;
      if (server === undefined) await listen(port);
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const sent = Buffer.concat(pieces);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
}

/** Field numbers: ResourceSpans 1, its ScopeSpans 2, their spans 2, a span's id 2. A decoder of its own: the one under test is not asked. */
function spanIds(body: Buffer): string[] {
  const spans = inner(inner(inner([body], 1), 2), 2);
  return inner(spans, 2).map((id) => id.toString("hex"));
}

function inner(parents: readonly Buffer[], wanted: number): Buffer[] {
  return parents.flatMap((parent) => {
    const found: Buffer[] = [];
    let at = 0;
    const varint = () => {
      let value = 0;
      for (let factor = 1; ; factor *= 128) {
        const byte = parent[at++];
        if (byte === undefined) throw new Error("The request ends amid a number.");
        value += (byte & 127) * factor;
        if (byte < 128) return value;
      }
    };
    while (at < parent.length) {
      const tag = varint();
      const kind = tag & 7;
      if (kind === 0) varint();
      else {
        const length = kind === 1 ? 8 : kind === 5 ? 4 : varint();
        if (kind === 2 && tag >> 3 === wanted) found.push(parent.subarray(at, at + length));
        at += length;
      }
    }
    return found;
  });
}

function partialSuccess(rejected: number, message: string): Buffer {
  const text = Buffer.from(message);
  const content = Buffer.concat([Buffer.from([8, rejected, 18, text.length]), text]);
  return Buffer.concat([Buffer.from([10, content.length]), content]);
}
