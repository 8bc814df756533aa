import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";
import type { FinishedSpan } from "vitrine/testing";

/** A span as it came over the wire. */
export interface ReceivedSpan extends FinishedSpan {
  readonly traceId: string;
  readonly scope: string;
  readonly scopeVersion: string;
  readonly schemaUrl: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly events: readonly Part[];
  /** Without the spans that they link to. */
  readonly links: readonly Part[];
  /** How many attributes, events and links the SDK has dropped. */
  readonly dropped: readonly [attributes: number, events: number, links: number];
}

/** An event or a link. */
interface Part {
  readonly name?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly droppedAttributes: number;
}

interface Sink {
  readonly url: string;
  spans(): ReceivedSpan[];
  close(): void;
}

/** Starts a collector on a free port that takes traces as protobuf over HTTP, and keeps their spans. */
export async function startSink(): Promise<Sink> {
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const body = Buffer.concat(pieces);
      const isCompressed = request.headers["content-encoding"] === "gzip";
      if (request.url === "/v1/traces") bodies.push(isCompressed ? gunzipSync(body) : body);
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The sink has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    spans: () => bodies.flatMap(spansOf),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Reads an ExportTraceServiceRequest. Numbers are those of opentelemetry/proto/trace/v1/trace.proto. */
function spansOf(body: Buffer): ReceivedSpan[] {
  return messages(body, 1).flatMap((resourceSpans) => {
    const resource = readAttributes(messages(resourceSpans, 1).flatMap((message) => messages(message, 1)));
    return messages(resourceSpans, 2).flatMap((scopeSpans) => {
      const scope = messages(scopeSpans, 1)[0] ?? Buffer.alloc(0);
      const around = {
        resource,
        scope: text(scope, 1),
        scopeVersion: text(scope, 2),
        schemaUrl: text(scopeSpans, 3),
      };
      return messages(scopeSpans, 2).map((span) => ({ ...readSpan(span), ...around }));
    });
  });
}

type Around = "resource" | "scope" | "scopeVersion" | "schemaUrl";

function readSpan(span: Buffer): Omit<ReceivedSpan, Around> {
  const [traceId, spanId, parentId] = [1, 2, 4].map((field) => messages(span, field)[0]?.toString("hex") ?? "");
  const startNs = numbers(span, 7)[0] ?? 0n;
  return {
    name: text(span, 5),
    traceId: traceId ?? "",
    attributes: readAttributes(messages(span, 9)),
    events: messages(span, 11).map((event) => ({
      name: text(event, 2),
      attributes: readAttributes(messages(event, 3)),
      droppedAttributes: count(event, 4),
    })),
    links: messages(span, 13).map((link) => ({
      attributes: readAttributes(messages(link, 4)),
      droppedAttributes: count(link, 5),
    })),
    dropped: [count(span, 10), count(span, 12), count(span, 14)],
    status: { code: Number(messages(span, 15).flatMap((status) => numbers(status, 3))[0] ?? 0) },
    startTime: [Number(startNs / 1_000_000_000n), Number(startNs % 1_000_000_000n)],
    parentSpanContext: parentId ? { spanId: parentId } : undefined,
    spanContext: () => ({ spanId: spanId ?? "" }),
  };
}

function readAttributes(pairs: readonly Buffer[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map((pair) => [text(pair, 1), messages(pair, 2).map(readValue)[0]]));
}

/** Of an AnyValue what the suite looks at: strings, integers and floating-point numbers. */
function readValue(value: Buffer): unknown {
  const [field] = fields(value);
  if (field?.number === 4 && typeof field.value === "bigint") {
    return new DataView(new BigUint64Array([field.value]).buffer).getFloat64(0, true);
  }
  return typeof field?.value === "bigint" ? Number(field.value) : field?.value.toString();
}

interface Field {
  readonly number: number;
  readonly value: Buffer | bigint;
}

function messages(message: Buffer, number: number): Buffer[] {
  return fields(message).flatMap((field) =>
    field.number === number && Buffer.isBuffer(field.value) ? [field.value] : [],
  );
}

function numbers(message: Buffer, number: number): bigint[] {
  return fields(message).flatMap((field) =>
    field.number === number && typeof field.value === "bigint" ? [field.value] : [],
  );
}

function count(message: Buffer, number: number): number {
  return Number(numbers(message, number)[0] ?? 0);
}

function text(message: Buffer, number: number): string {
  return messages(message, number)[0]?.toString() ?? "";
}

/** Source: protobuf.dev/programming-guides/encoding. */
function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (length: number): Buffer => message.subarray(at, (at += length));
  while (at < message.length) {
    const key = Number(varint());
    const number = key >> 3;
    const wireType = key & 7;
    if (wireType === 0) found.push({ number, value: varint() });
    else if (wireType === 1) found.push({ number, value: bytes(8).readBigUInt64LE() });
    else if (wireType === 2) found.push({ number, value: bytes(Number(varint())) });
    else if (wireType === 5) found.push({ number, value: BigInt(bytes(4).readUInt32LE()) });
    else throw new Error(`No protobuf: wire type ${wireType} at byte ${at}.`);
  }
  return found;
}
