import type { EndedSpan, EndedSpanContext, EndedSpanEvent, EndedSpanLink } from "./ended-span.ts";
import { resourceBytes, scopeBytes } from "./envelope-bytes.ts";
import { OtlpWriter } from "./otlp-writer.ts";
import { delimitedSize } from "./proto-writer.ts";

/** Undefined while a span is encoded: reading one may run code of a program's, which may end another. */
let idleWriter: OtlpWriter | undefined = new OtlpWriter();

/**
 * Encodes a span as an OTLP ExportTraceServiceRequest of that one span; several, one after another, are one valid request too.
 *
 * The bytes are a view of memory that is used again: they are valid until the next call. Copy what has to stay longer.
 * Errors: none for whatever the SDK lets through. A value that cannot be read becomes a text that says so; an event or a link that cannot be
 * read is counted as dropped.
 * Source: opentelemetry/proto/trace/v1/trace.proto; what is sent when, @opentelemetry/otlp-transformer.
 */
export function encodeSpan(span: EndedSpan): Buffer {
  const writer = idleWriter ?? new OtlpWriter();
  idleWriter = undefined;
  try {
    return encodeRequest(writer, span);
  } finally {
    idleWriter = writer;
  }
}

const REQUEST = { resourceSpans: 1 } as const;
const RESOURCE_SPANS = { scopeSpans: 2 } as const;
const SCOPE_SPANS = { spans: 2 } as const;
const SPAN = {
  traceId: 1,
  spanId: 2,
  traceState: 3,
  parentSpanId: 4,
  name: 5,
  kind: 6,
  startTime: 7,
  endTime: 8,
  attributes: 9,
  droppedAttributes: 10,
  events: 11,
  droppedEvents: 12,
  links: 13,
  droppedLinks: 14,
  status: 15,
  flags: 16,
} as const;
const STATUS = { message: 2, code: 3 } as const;
const EVENT = { time: 1, name: 2, attributes: 3, droppedAttributes: 4 } as const;
const LINK = { traceId: 1, spanId: 2, traceState: 3, attributes: 4, droppedAttributes: 5, flags: 6 } as const;

/** A tag and a length, three times. */
const HEADERS_LENGTH = 18;
/** What an event takes that is an exception, at least: its length is one of two bytes. */
const EXPECTED_LENGTH = 128;
const FLAG_IS_REMOTE_KNOWN = 0x100;
const FLAG_IS_REMOTE = 0x200;

/** What lies around the span is written last and in front of it: only then its length is known. */
function encodeRequest(writer: OtlpWriter, span: EndedSpan): Buffer {
  const resource = resourceBytes(span.resource, writer);
  const scope = scopeBytes(span.instrumentationScope, writer);
  const spanStart = HEADERS_LENGTH + resource.length + scope.length;
  writer.begin(spanStart);
  writeSpan(writer, span);
  const end = writer.position;
  const spanLength = end - spanStart;
  const scopeSpansLength = scope.length + delimitedSize(spanLength);
  const resourceSpansLength = resource.length + delimitedSize(scopeSpansLength);
  const start = end - delimitedSize(resourceSpansLength);
  writer.rewind(start, 0);
  writer.header(REQUEST.resourceSpans, resourceSpansLength);
  writer.raw(resource);
  writer.header(RESOURCE_SPANS.scopeSpans, scopeSpansLength);
  writer.raw(scope);
  writer.header(SCOPE_SPANS.spans, spanLength);
  return writer.take(start, end);
}

function writeSpan(writer: OtlpWriter, span: EndedSpan): void {
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  writer.id(SPAN.traceId, context.traceId);
  writer.id(SPAN.spanId, context.spanId);
  writeTraceState(writer, { field: SPAN.traceState, context });
  if (parent?.spanId) writer.id(SPAN.parentSpanId, parent.spanId);
  writer.text(SPAN.name, span.name);
  // OTLP counts from 1, its 0 is "unspecified".
  writer.integer(SPAN.kind, Number.isInteger(span.kind) ? span.kind + 1 : 0);
  writer.time(SPAN.startTime, span.startTime);
  writer.time(SPAN.endTime, span.endTime);
  writer.attributes(SPAN.attributes, span.attributes);
  writer.integer(SPAN.droppedAttributes, span.droppedAttributesCount);
  const lostEvents = writeEach(writer, span.events, writeEvent);
  writer.integer(SPAN.droppedEvents, span.droppedEventsCount + lostEvents);
  const lostLinks = writeEach(writer, span.links, writeLink);
  writer.integer(SPAN.droppedLinks, span.droppedLinksCount + lostLinks);
  writeStatus(writer, span.status);
  writer.fixed32(SPAN.flags, flagsOf(context.traceFlags, parent?.isRemote));
}

/** Says how many could not be written. */
function writeEach<Item>(
  writer: OtlpWriter,
  items: readonly Item[],
  write: (writer: OtlpWriter, item: Item) => void,
): number {
  let lost = 0;
  for (const item of items) {
    const { position, depth } = writer;
    try {
      write(writer, item);
    } catch {
      writer.rewind(position, depth);
      lost++;
    }
  }
  return lost;
}

function writeEvent(writer: OtlpWriter, event: EndedSpanEvent): void {
  const start = writer.open(SPAN.events, EXPECTED_LENGTH);
  writer.time(EVENT.time, event.time);
  writer.text(EVENT.name, event.name);
  writer.attributes(EVENT.attributes, event.attributes);
  writer.integer(EVENT.droppedAttributes, event.droppedAttributesCount ?? 0);
  writer.close(start, EXPECTED_LENGTH);
}

function writeLink(writer: OtlpWriter, { context, attributes, droppedAttributesCount = 0 }: EndedSpanLink): void {
  const start = writer.open(SPAN.links);
  writer.id(LINK.traceId, context.traceId);
  writer.id(LINK.spanId, context.spanId);
  writeTraceState(writer, { field: LINK.traceState, context });
  writer.attributes(LINK.attributes, attributes);
  writer.integer(LINK.droppedAttributes, droppedAttributesCount);
  writer.fixed32(LINK.flags, flagsOf(context.traceFlags, context.isRemote));
  writer.close(start);
}

function writeStatus(writer: OtlpWriter, { code, message }: EndedSpan["status"]): void {
  const start = writer.open(SPAN.status);
  if (message) writer.text(STATUS.message, message);
  writer.integer(STATUS.code, Number.isInteger(code) ? code : 0);
  writer.close(start);
}

/** Left out where it cannot be read: it may be an object of the program's. */
function writeTraceState(writer: OtlpWriter, { field, context }: { field: number; context: EndedSpanContext }): void {
  if (!context.traceState) return;
  const { position, depth } = writer;
  try {
    writer.text(field, context.traceState.serialize());
  } catch {
    writer.rewind(position, depth);
  }
}

/** The flags of W3C's Trace Context, and whether the context, of a span its parent's, came from another process. */
function flagsOf(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | FLAG_IS_REMOTE_KNOWN | (isRemote ? FLAG_IS_REMOTE : 0);
}
