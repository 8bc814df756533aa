import type { OpenInferenceSpanKind } from "@arizeai/openinference-semantic-conventions";
import {
  context,
  createContextKey,
  trace,
  type Context,
  type Span,
  type SpanContext,
  type TracerProvider,
} from "@opentelemetry/api";
import type { TraceConfig } from "./trace-config.ts";

/**
 * Is a span of ours that goes on, and how it is traced.
 *
 * A trace stays with the provider that it started with, also when tracing is re-targeted meanwhile; and of the masks of a span none is taken off inside it.
 */
export class OpenSpan {
  readonly span: Span;
  readonly spanContext: SpanContext;
  readonly isRecording: boolean;
  readonly tracerProvider: TracerProvider;
  readonly traceConfig: TraceConfig;
  /** Whoever asks whether a model call goes on must not depend on what a mask leaves of the span. */
  readonly kind: OpenInferenceSpanKind;

  constructor(span: Span, { tracerProvider, traceConfig, kind }: OpenSpanOptions) {
    this.span = span;
    this.spanContext = span.spanContext();
    this.isRecording = span.isRecording();
    this.tracerProvider = tracerProvider;
    this.traceConfig = traceConfig;
    this.kind = kind;
  }
}

interface OpenSpanOptions {
  readonly tracerProvider: TracerProvider;
  readonly traceConfig: TraceConfig;
  readonly kind: OpenInferenceSpanKind;
}

const OPEN_SPAN_KEY = createContextKey("vitrine open span");

/** Gives a context in which the span is active. */
export function withOpenSpan(parent: Context, open: OpenSpan): Context {
  return trace.setSpan(parent, open.span).setValue(OPEN_SPAN_KEY, open);
}

/** Finds the innermost span of ours that goes on in a context, also below spans of others. */
export function openSpanIn(within: Context): OpenSpan | undefined {
  const open = within.getValue(OPEN_SPAN_KEY);
  return open instanceof OpenSpan ? open : undefined;
}

/** Gives the id of the innermost span of ours that goes on; undefined if nobody records it. */
export function recordedSpanId(): string | undefined {
  const open = openSpanIn(context.active());
  return open?.isRecording ? open.spanContext.spanId : undefined;
}

/** Gives the kind of the innermost span of ours that goes on in a context, also below spans of others, and where another copy of the package opened it. */
export function openSpanKind(within: Context): unknown {
  const open = within.getValue(OPEN_SPAN_KEY);
  return typeof open === "object" && open !== null && "kind" in open ? open.kind : undefined;
}
