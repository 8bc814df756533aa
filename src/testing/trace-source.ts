import type { AttributeTree } from "./trace-attributes.ts";
import { readTraceFile } from "./trace-file.ts";
import { type PhoenixTraceSource, readPhoenixTrace } from "./trace-phoenix.ts";
import { readSpan, type TraceSpan } from "./trace-span.ts";

/** Is what is read of a span. Those of SDK 2 and 3 have it, and its parent, status, events and times are read where they are there. */
export interface SpanLike {
  readonly name: string;
  readonly attributes: AttributeTree;
}

/** Says where a trace is: in memory, in a Phoenix, or in the file of this path. */
export type TraceSource = readonly SpanLike[] | PhoenixTraceSource | string;

/** Reads the spans of a trace, in the order of their start. Errors: ConfigurationError when it cannot be read. */
export async function readTrace(source: TraceSource): Promise<readonly TraceSpan[]> {
  const spans = (await readSpans(source)).flatMap((span) => readSpan(span) ?? []);
  return spans.toSorted(({ start: left }, { start: right }) => (left === right ? 0 : left < right ? -1 : 1));
}

async function readSpans(source: TraceSource): Promise<readonly unknown[]> {
  if (typeof source === "string") return readTraceFile(source);
  return isSpans(source) ? source : readPhoenixTrace(source);
}

function isSpans(source: readonly SpanLike[] | PhoenixTraceSource): source is readonly SpanLike[] {
  return Array.isArray(source);
}
