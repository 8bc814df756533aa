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
import { toError } from "../../src/errors.ts";
import { now } from "./clock.ts";
import { contextAttributes, isTracingSuppressed } from "./context-attributes.ts";
import { ensureContextManager } from "./context-manager.ts";
import { endAtExit, takeBack } from "./exit.ts";
import { exceptionAttributes } from "./exceptions.ts";
import { maskAttributes, maskEvent, maskStatusMessage } from "./masks.ts";
import { safeText } from "./safe-values.ts";
import { SCOPE_NAME, SCOPE_VERSION } from "./scope.ts";
import { strictest, type TraceConfig } from "./trace-config.ts";

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

/** Says where spans go, and what they must not hold. */
export interface TraceTarget {
  readonly tracerProvider: TracerProvider;
  readonly traceConfig: TraceConfig;
}

/**
 * Does the work inside a span. The only function that starts and ends spans.
 *
 * The span is active while the work goes on, ends exactly once, at the latest when the process does, and has its status set exactly once. Whatever the work gives or throws, the caller gets
 * the same. All that a span is given is masked before. A fault of the tracing is one warning on `diag`, and nothing else. Where nobody listens, or tracing is
 * suppressed, nothing is described at all.
 */
export async function traced<Result>(
  target: TraceTarget,
  describe: () => SpanDescription<Result>,
  work: () => Promise<Result>,
): Promise<Result> {
  const parent = context.active();
  if (isTracingSuppressed(parent)) return work();
  const opened = attempt(() => openSpan(target, describe, parent));
  if (!opened) return work();
  const { open, description, isRecording } = opened;
  const active = trace.setSpan(parent, open.span).setValue(OPEN_SPAN_KEY, open);
  if (!isRecording) return context.with(active, work);

  setAttributes(open, description.start);
  const bulk = attempt(() => description.bulk?.()) ?? {};
  const end = (record: () => void): void => {
    record();
    setAttributes(open, () => bulk);
    attempt(() => open.span.end(now()));
  };
  const endEarly = (): void => end(() => recordFailure(open, new ProcessExit(), description));
  endAtExit(endEarly);
  try {
    const result = await context.with(active, work);
    if (takeBack(endEarly)) end(() => recordSuccess(open, result, description));
    return result;
  } catch (thrown) {
    if (takeBack(endEarly)) end(() => recordFailure(open, thrown, description));
    throw thrown;
  }
}

/** Tells the innermost span that goes on of something that happens right now. Does nothing where there is none that is recorded. */
export function addSpanEvent(event: SpanEvent): void {
  const open = context.active().getValue(OPEN_SPAN_KEY);
  if (open instanceof OpenSpan && open.span.isRecording()) attempt(() => addEvent(open, event));
}

/** Is why a span ended that was open when the process did. */
class ProcessExit extends Error {
  override readonly name = "ProcessExit";

  constructor() {
    super("The process ended before this did.");
  }
}

/** A trace stays with the provider that it started with, also when tracing is re-targeted meanwhile; and of the masks of a span none is taken off inside it. */
class OpenSpan {
  readonly span: Span;
  readonly tracerProvider: TracerProvider;
  readonly config: TraceConfig;
  /** Whoever asks whether a model call goes on must not depend on what a mask leaves of the span. */
  readonly kind: OpenInferenceSpanKind;

  constructor(
    span: Span,
    { tracerProvider, traceConfig, kind }: TraceTarget & { readonly kind: OpenInferenceSpanKind },
  ) {
    this.span = span;
    this.kind = kind;
    this.tracerProvider = tracerProvider;
    this.config = traceConfig;
  }
}

const OPEN_SPAN_KEY = createContextKey("vitrine open span");

function openSpan<Result>(current: TraceTarget, describe: () => SpanDescription<Result>, parent: Context) {
  const outer = parent.getValue(OPEN_SPAN_KEY);
  const { tracerProvider, config: outerConfig } =
    outer instanceof OpenSpan ? outer : { tracerProvider: current.tracerProvider, config: current.traceConfig };
  if (isNobodyBehind(tracerProvider)) return undefined;
  const traceConfig = strictest(outerConfig, current.traceConfig);
  const description = describe();
  const kind = { [SemanticConventions.OPENINFERENCE_SPAN_KIND]: description.kind };
  const attributes = maskAttributes({ ...kind, ...contextAttributes(parent) }, traceConfig);
  const span = tracerProvider
    .getTracer(SCOPE_NAME, SCOPE_VERSION)
    .startSpan(safeText(description.name), { attributes, startTime: now() }, parent);
  // Also for a span that is not sampled: its children must know that they are not.
  if (isSpanContextValid(span.spanContext())) ensureContextManager();
  const open = new OpenSpan(span, { tracerProvider, traceConfig, kind: description.kind });
  return { open, description, isRecording: span.isRecording() };
}

/** Has the caller's first `context.with` be heeded already: by the first span it would be too late. Nothing is done where there is no provider yet. */
export function prepareContext(provider: TracerProvider = trace.getTracerProvider()): void {
  if (!isNobodyBehind(provider)) ensureContextManager();
}

/** Whether this is the API's own provider, and none was registered yet. */
function isNobodyBehind(provider: TracerProvider): boolean {
  if (!("getDelegateTracer" in provider) || typeof provider.getDelegateTracer !== "function") return false;
  return provider.getDelegateTracer(SCOPE_NAME, SCOPE_VERSION) === undefined;
}

function recordSuccess<Result>(open: OpenSpan, result: Result, { success, event }: SpanDescription<Result>): void {
  setAttributes(open, () => success(result));
  attempt(() => {
    const told = event?.(result);
    if (told) addEvent(open, told);
  });
  attempt(() => open.span.setStatus({ code: SpanStatusCode.OK }));
}

function recordFailure<Result>(open: OpenSpan, thrown: unknown, { failure }: SpanDescription<Result>): void {
  const error = attempt(() => toError(thrown)) ?? new Error("An error that cannot be shown.");
  if (failure) setAttributes(open, () => failure(error));
  attempt(() => addEvent(open, { name: "exception", attributes: exceptionAttributes(error) }));
  const message = attempt(() => maskStatusMessage(error, open.config)) ?? "Error";
  attempt(() => open.span.setStatus({ code: SpanStatusCode.ERROR, message }));
}

function addEvent({ span, config }: OpenSpan, { name, attributes }: SpanEvent): void {
  span.addEvent(name, maskEvent(attributes, config), now());
}

function setAttributes({ span, config }: OpenSpan, attributes: () => Attributes): void {
  attempt(() => span.setAttributes(maskAttributes(attributes(), config)));
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (fault) {
    warn(fault);
    return undefined;
  }
}

/** The logger is the program's, and may fail too. */
function warn(fault: unknown): void {
  try {
    diag.warn("vitrine: a span could not be described", fault);
  } catch {
    // There is nobody left to tell.
  }
}
