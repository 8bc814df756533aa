import type { EndedSpanResource } from "./ended-span.ts";
import { resourceBytes } from "./envelope-bytes.ts";
import { OtlpWriter } from "./otlp-writer.ts";
import { type ProtoField, readFields } from "./proto-reader.ts";

const RESOURCE_SPANS = 1;
/** The field of ResourceSpans that holds ScopeSpans, and the one of ScopeSpans that holds spans. */
const INNER = 2;
const SPAN = { traceId: 1, spanId: 2, name: 5, endTime: 8, status: 15 } as const;
const STATUS = { message: 2, code: 3 } as const;
const STATUS_ERROR = 2;

/** What people know a span by. The ids are hexadecimal. */
export interface SpanNames {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
}

/** Reads who the span of a request is. What is no request has empty names. */
export function readSpanNames(request: Buffer): SpanNames {
  const fields = readFields(takeApart(request)?.span ?? Buffer.alloc(0)) ?? [];
  return {
    traceId: contentOf(fields, SPAN.traceId).toString("hex"),
    spanId: contentOf(fields, SPAN.spanId).toString("hex"),
    name: contentOf(fields, SPAN.name).toString(),
  };
}

/** Gives the request with another resource: one whose attributes were not all known when the span ended. */
export function withResource(request: Buffer, resource: EndedSpanResource): Buffer {
  const parts = takeApart(request);
  return parts === undefined ? request : putTogether({ ...parts, resource: resourceBytes(resource, new OtlpWriter()) });
}

interface Failure {
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly endedAtMs: number;
}

/** Gives the request of a span that has not ended as one of a span that failed. */
export function asFailed(request: Buffer, { message, endedAtMs }: Failure): Buffer {
  const parts = takeApart(request);
  if (parts === undefined) return request;
  const writer = new OtlpWriter();
  writer.begin(0);
  writer.time(SPAN.endTime, [Math.floor(endedAtMs / 1_000), Math.floor((endedAtMs % 1_000) * 1e6)]);
  const status = writer.open(SPAN.status);
  writer.text(STATUS.message, message);
  writer.integer(STATUS.code, STATUS_ERROR);
  writer.close(status);
  const kept = (readFields(parts.span) ?? []).filter(({ number }) => number !== SPAN.endTime && number !== SPAN.status);
  const span = [...kept.map(({ start, end }) => parts.span.subarray(start, end)), writer.take(0, writer.position)];
  return putTogether({ ...parts, span: Buffer.concat(span) });
}

/** A request of one span: the span, and the fields around it. */
interface Parts {
  readonly resource: Buffer;
  readonly scope: Buffer;
  readonly span: Buffer;
}

function takeApart(request: Buffer): Parts | undefined {
  const [resourceSpans] = readFields(request) ?? [];
  if (resourceSpans?.number !== RESOURCE_SPANS) return undefined;
  const outer = split(resourceSpans.content);
  const inner = outer && split(outer.inner);
  return inner && { resource: outer.around, scope: inner.around, span: inner.inner };
}

/** Parts the message of the inner kind from the other fields. */
function split(bytes: Buffer): { readonly around: Buffer; readonly inner: Buffer } | undefined {
  const fields = readFields(bytes);
  const inner = fields?.find(({ number }) => number === INNER);
  if (fields === undefined || inner === undefined) return undefined;
  const others = fields.filter((field) => field !== inner).map(({ start, end }) => bytes.subarray(start, end));
  return { around: Buffer.concat(others), inner: inner.content };
}

function putTogether({ resource, scope, span }: Parts): Buffer {
  const scopeSpans = Buffer.concat([scope, delimited(INNER, span)]);
  const resourceSpans = Buffer.concat([resource, delimited(INNER, scopeSpans)]);
  return delimited(RESOURCE_SPANS, resourceSpans);
}

function delimited(field: number, content: Buffer): Buffer {
  const writer = new OtlpWriter();
  writer.begin(0);
  writer.bytes(field, content);
  return writer.take(0, writer.position);
}

function contentOf(fields: readonly ProtoField[], number: number): Buffer {
  return fields.findLast((field) => field.number === number)?.content ?? Buffer.alloc(0);
}
