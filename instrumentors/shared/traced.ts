import { SemanticConventions, type OpenInferenceSpanKind } from "@arizeai/openinference-semantic-conventions";
import {
  context,
  createContextKey,
  diag,
  isSpanContextValid,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type TracerProvider,
} from "@opentelemetry/api";
import { now } from "./clock.ts";
import { contextAttributes } from "./context-attributes.ts";
import { ensureContextManager } from "./context-manager.ts";
import { SCOPE_NAME, SCOPE_VERSION } from "./scope.ts";

/** What one kind of work looks like as a span. None of these functions is called for a span that is not recorded. */
export interface SpanDescription<Result> {
  readonly name: string;
  readonly kind: OpenInferenceSpanKind;
  /** Known before the work starts. The few that matter most come first: a provider may refuse those past its limit. */
  readonly start: () => Attributes;
  /** Computed before the work starts, but set last: what is large, and may be refused when there is no room. */
  readonly bulk?: () => Attributes;
  readonly success: (result: Result) => Attributes;
  readonly failure?: (error: Error) => Attributes;
  readonly event?: (result: Result) => SpanEvent | undefined;
}

/** Is something that happened while the span went on. */
export interface SpanEvent {
  readonly name: string;
  readonly attributes: Attributes;
}

/**
 * Does the work inside a span. The only function that starts and ends spans.
 *
 * The span is active while the work goes on, ends exactly once, and has its status set exactly once. Whatever the work gives or throws, the caller gets
 * the same. A fault of the tracing is one warning on `diag`, and nothing else.
 */
export async function traced<Result>(
  provider: TracerProvider,
  describe: () => SpanDescription<Result>,
  work: () => Promise<Result>,
): Promise<Result> {
  const parent = context.active();
  const opened = attempt(() => openSpan(provider, describe(), parent));
  if (!opened) return work();
  const { span, description } = opened;
  const active = trace.setSpan(parent, span).setValue(ORIGIN_KEY, opened.origin);
  if (!span.isRecording()) return context.with(active, work);

  setAttributes(span, description.start);
  const bulk = attempt(() => description.bulk?.()) ?? {};
  try {
    const result = await context.with(active, work);
    recordSuccess(span, result, description);
    return result;
  } catch (thrown) {
    recordFailure(span, thrown, description);
    throw thrown;
  } finally {
    setAttributes(span, () => bulk);
    attempt(() => span.end(now()));
  }
}

/** A trace stays with the provider that it started with, also when tracing is re-targeted meanwhile. */
class Origin {
  readonly provider: TracerProvider;

  constructor(provider: TracerProvider) {
    this.provider = provider;
  }
}

const ORIGIN_KEY = createContextKey("vitrine origin of a trace");

function openSpan<Result>(current: TracerProvider, description: SpanDescription<Result>, parent: Context) {
  const inherited = parent.getValue(ORIGIN_KEY);
  const origin = inherited instanceof Origin ? inherited : new Origin(current);
  const kind = { [SemanticConventions.OPENINFERENCE_SPAN_KIND]: description.kind };
  const attributes = { ...kind, ...contextAttributes(parent) };
  const span = origin.provider
    .getTracer(SCOPE_NAME, SCOPE_VERSION)
    .startSpan(description.name, { attributes, startTime: now() }, parent);
  // Also for a span that is not sampled: its children must know that they are not.
  if (isSpanContextValid(span.spanContext())) ensureContextManager();
  return { span, description, origin };
}

function recordSuccess<Result>(span: Span, result: Result, { success, event }: SpanDescription<Result>): void {
  setAttributes(span, () => success(result));
  attempt(() => {
    const told = event?.(result);
    if (told) span.addEvent(told.name, told.attributes, now());
  });
  attempt(() => span.setStatus({ code: SpanStatusCode.OK }));
}

function recordFailure<Result>(span: Span, thrown: unknown, { failure }: SpanDescription<Result>): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (failure) setAttributes(span, () => failure(error));
  attempt(() => span.recordException(error, now()));
  attempt(() => span.setStatus({ code: SpanStatusCode.ERROR, message: `${error.name}: ${error.message}` }));
}

function setAttributes(span: Span, attributes: () => Attributes): void {
  attempt(() => span.setAttributes(attributes()));
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (fault) {
    diag.warn("vitrine: a span could not be described", fault);
    return undefined;
  }
}
