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
  /** Notes that the program has met the fault: of one who does not listen only the program can tell. */
  meet(): void;
  /** From now on it takes everything, but for what it refuses for good. */
  heal(): Promise<void>;
  close(): void;
}

const HUGE_BYTES = 5_000_000;
const LOOKS_EACH_MS = 20;

/**
 * Starts the collector; `scale` makes its seconds shorter.
 *
 * Whatever the time, no fault is over before it was met: a short one would pass while the program starts.
 */
export async function startFaultyCollector(fault: Fault | undefined, scale: number): Promise<FaultyCollector> {
  const stored = new Map<string, number>();
  const leftOut = new Set<string>();
  const course = courseOf(fault, scale);
  const store = (ids: readonly string[]) => {
    for (const id of ids) stored.set(id, (stored.get(id) ?? 0) + 1);
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request);
    const ids = spanIdsIn(body);
    const now = course.faultFor(body);
    if (now === undefined) {
      store(ids);
      return answer(response, 200);
    }
    course.count();
    switch (now.kind) {
      case "down":
      case "hang":
        return;
      case "status":
        return answer(response, now.status, now.retryAfter === undefined ? {} : { "retry-after": `${now.retryAfter}` });
      case "reset":
        if (now.isStored) store(ids);
        request.socket.destroy();
        return;
      case "refuses the huge":
        return answer(response, now.status);
      case "leaves out": {
        const count = Math.min(now.spans, ids.length);
        for (const id of ids.slice(0, count)) leftOut.add(id);
        store(ids.slice(count));
        return answer(response, 200, {}, partialSuccess(count, "they are not liked"));
      }
    }
  };

  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  const port = await listen(server);
  const hangUp = () => {
    server.closeAllConnections();
    server.close();
  };
  if (fault?.kind === "down") hangUp();
  const comeBack = async () => {
    clearInterval(timer);
    if (!server.listening) await listen(server, port);
  };
  const timer = setInterval(() => {
    if (course.faultFor() === undefined) void comeBack();
  }, LOOKS_EACH_MS);
  return {
    url: `http://127.0.0.1:${port}`,
    stored,
    leftOut,
    meet: course.meet,
    heal: async () => {
      course.heal();
      await comeBack();
    },
    close: () => {
      clearInterval(timer);
      hangUp();
    },
  };
}

/** Gives the ids of the spans of a request. Field numbers: ResourceSpans 1, its ScopeSpans 2, their spans 2, a span's id 2. */
export function spanIdsIn(body: Buffer): string[] {
  // A decoder of its own: the one under test is not asked.
  const spans = inner(inner(inner([body], 1), 2), 2);
  return inner(spans, 2).map((id) => id.toString("hex"));
}

/** Follows the fault: which one there is at the moment, for a request. */
function courseOf(fault: Fault | undefined, scale: number) {
  const started = performance.now();
  let requests = 0;
  let isMet = false;
  let isHealed = false;
  const isOver = (until: number) => isMet && performance.now() - started > until * 1_000 * scale;
  return {
    faultFor: (body: Buffer = Buffer.alloc(0)): Fault | undefined => {
      switch (fault?.kind) {
        case undefined:
        case "leaves out":
          return fault;
        case "refuses the huge":
          return body.length > HUGE_BYTES ? fault : undefined;
        case "reset":
          return isHealed || requests >= fault.requests ? undefined : fault;
        case "down":
        case "hang":
        case "status":
          return isHealed || isOver(fault.until) ? undefined : fault;
      }
    },
    meet: () => void (isMet = true),
    count: () => {
      isMet = true;
      requests += 1;
    },
    heal: () => void (isHealed = true),
  };
}

function answer(response: ServerResponse, status: number, headers = {}, content: Buffer = Buffer.alloc(0)): void {
  response.writeHead(status, { "content-type": "application/x-protobuf", ...headers }).end(content);
}

async function listen(server: Server, wanted = 0): Promise<number> {
  server.listen(wanted, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const sent = Buffer.concat(pieces);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
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
