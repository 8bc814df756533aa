import { type ClientRequest, type OutgoingHttpHeaders, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Destination } from "./destination.ts";
import type { Answer } from "./outcome.ts";
import { proxyAuthorization } from "./proxy.ts";

/** Compressing less costs more than it saves. */
const GZIP_ABOVE_BYTES = 16_384;
/** An answer is read no further: what follows is no partial success. */
const ANSWER_MAX_BYTES = 65_536;
const TIMEOUT_MS = 10_000;
/** A large body has longer: 100 KB a second. */
const BYTES_PER_MS = 100;

const compress = promisify(gzip);

/**
 * Posts one OTLP request, and gives the answer.
 *
 * The body is compressed above 16 KB, in Node's threads. The whole has 10 seconds, and one more for each 100 KB; or what the destination says.
 * Its socket keeps no process alive. Errors: rejects with what the network and the headers' function say, and when the time is over.
 */
export async function sendRequest(destination: Destination, body: Buffer): Promise<Answer> {
  const isCompressed = destination.compression === "gzip" && body.length > GZIP_ABOVE_BYTES;
  const content = isCompressed ? await compress(body, { level: 1 }) : body;
  const timeoutMs = destination.timeoutMs ?? Math.ceil(TIMEOUT_MS + content.length / BYTES_PER_MS);
  return withinTime(timeoutMs, async (signal) => {
    const headers = {
      ...(await destination.headers()),
      "content-type": "application/x-protobuf",
      "content-length": content.length,
      ...(isCompressed ? { "content-encoding": "gzip" } : {}),
    };
    return exchange(destination, { method: "POST", headers, content, signal });
  });
}

/** Asks for a page beside the receiver, the same way: through the same proxy, with the same headers and certificates. Errors: as `sendRequest`. */
export async function askFor(destination: Destination, address: URL): Promise<Answer> {
  return withinTime(destination.timeoutMs ?? TIMEOUT_MS, async (signal) => {
    const headers = await destination.headers();
    return exchange({ ...destination, address }, { method: "GET", headers, content: Buffer.alloc(0), signal });
  });
}

async function withinTime<Value>(ms: number, act: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const late = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${ms} ms`));
      late.abort();
    }, ms).unref();
    act(late.signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

interface Parcel {
  readonly method: "GET" | "POST";
  readonly headers: OutgoingHttpHeaders;
  readonly content: Buffer;
  readonly signal: AbortSignal;
}

async function exchange(destination: Destination, parcel: Parcel): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = begin(destination, parcel);
    outgoing.on("socket", (socket) => socket.unref());
    outgoing.on("error", (error) => {
      if (wasIdleTooLong(outgoing, error)) resolve(exchange(destination, parcel));
      else reject(error);
    });
    outgoing.on("response", (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("error", reject);
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length <= ANSWER_MAX_BYTES) chunks.push(chunk);
      });
      response.on("end", () => {
        const answer = { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
        // Who takes a batch before having read it still reads what lies there; who refuses one does not have to.
        if (outgoing.writableFinished || answer.status >= 300) resolve(answer);
        else outgoing.once("finish", () => resolve(answer));
      });
    });
    outgoing.end(parcel.content);
  });
}

/** A server may close a connection that was kept open at the moment in which it is used again: that is no failure. Each such one is met once. */
function wasIdleTooLong({ reusedSocket }: ClientRequest, error: Error): boolean {
  return reusedSocket && "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

/** A proxy is asked for an http address by naming it in full; for https the agent has made a tunnel. */
function begin({ address: target, agent, proxy }: Destination, { method, headers, signal }: Parcel): ClientRequest {
  const options = { method, agent, signal };
  if (target.protocol === "https:") return requestHttps(target, { ...options, headers });
  if (proxy === undefined) return requestHttp(target, { ...options, headers });
  const request = proxy.protocol === "https:" ? requestHttps : requestHttp;
  const more = { host: target.host, ...proxyAuthorization(proxy) };
  return request(proxy, { ...options, path: target.href, headers: { ...headers, ...more } });
}
