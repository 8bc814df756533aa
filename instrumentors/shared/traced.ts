import { SemanticConventions, type OpenInferenceSpanKind } from "@arizeai/openinference-semantic-conventions";
import {
  context,
  diag,
  isSpanContextValid,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type TracerProvider,
} from "@opentelemetry/api";
import { toError } from "../../src/errors.ts";
import type { AttributeList } from "./attribute-list.ts";
import { now } from "./clock.ts";
import { contextAttributes, isTracingSuppressed } from "./context-attributes.ts";
import { ensureContextManager } from "./context-manager.ts";
import { endAtExit, ProcessExit, takeBack } from "./exit.ts";
import { exceptionAttributes } from "./exceptions.ts";
import { maskAttributes, maskEach, maskEvent, maskStatusMessage } from "./masks.ts";
import { OpenSpan, openSpanIn, withOpenSpan } from "./open-span.ts";
import { safeText } from "./safe-values.ts";
import { strictest, type TraceConfig } from "./trace-config.ts";
import { isNobodyBehind, keepTracer, tracerOf } from "./tracer.ts";

/** What one kind of work looks like as a span. None of these functions is called for a span that is not recorded. */
export interface SpanDescription<Result> {
  readonly name: string;
  readonly kind: OpenInferenceSpanKind;
  /** In the words of OpenTelemetry; INTERNAL, if absent. */
  readonly spanKind?: SpanKind;
  /** Known before the work starts. The few that matter most come first: a provider may refuse those past its limit. */
  readonly start: () => Attributes;
  /** Computed before the work starts, but set last: what is large, and may be refused when there is no room. */
  readonly bulk?: () => AttributeList;
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
export function traced<Result>(
  target: TraceTarget,
  describe: () => SpanDescription<Result>,
  work: () => Promise<Result>,
): Promise<Result> {
  const parent = context.active();
  if (isTracingSuppressed(parent)) return work();
  const opened = attempt(() => openSpan(target, describe, parent));
  if (!opened) return work();
  const { open } = opened;
  const within = withOpenSpan(parent, open);
  return open.isRecording ? recorded(opened, { within, work }) : inside(open, { within, work });
}

/** Tells the innermost span that goes on of something that happens right now. Does nothing where there is none that is recorded. */
export function addSpanEvent(event: SpanEvent): void {
  const open = openSpanIn(context.active());
  if (open?.span.isRecording()) attempt(() => addEvent(open, event));
}

interface Work<Result> {
  readonly within: Context;
  readonly work: () => Promise<Result>;
}

async function recorded<Result>(
  { open, description }: Opened<Result>,
  { within, work }: Work<Result>,
): Promise<Result> {
  setAttributes(open, description.start);
  const bulk = attempt(() => description.bulk?.());
  const end = (record: () => void): void => {
    record();
    if (bulk) setEach(open, bulk);
    attempt(() => open.span.end(now()));
  };
  const endEarly = (): void => end(() => recordFailure(open, new ProcessExit(), description));
  endAtExit(endEarly);
  try {
    const result = await inside(open, { within, work });
    if (takeBack(endEarly)) end(() => recordSuccess(open, result, description));
    return result;
  } catch (thrown) {
    if (takeBack(endEarly)) end(() => recordFailure(open, thrown, description));
    throw thrown;
  }
}

/** Has the span active while the work goes on, also one that is not sampled: its children must know that they are not. */
function inside<Result>({ spanContext }: OpenSpan, { within, work }: Work<Result>): Promise<Result> {
  return context.with(within, () => {
    // Whether there is a context manager is told by the context itself: to probe for one at every span takes long.
    if (context.active() === within || !isSpanContextValid(spanContext)) return work();
    ensureContextManager();
    return context.with(within, work);
  });
}

const KIND = SemanticConventions.OPENINFERENCE_SPAN_KIND;

interface Opened<Result> {
  readonly open: OpenSpan;
  readonly description: SpanDescription<Result>;
}

function openSpan<Result>(
  current: TraceTarget,
  describe: () => SpanDescription<Result>,
  parent: Context,
): Opened<Result> | undefined {
  const { tracerProvider, traceConfig: outerConfig } = openSpanIn(parent) ?? current;
  const tracer = tracerOf(tracerProvider);
  if (!tracer) return undefined;
  const traceConfig = strictest(outerConfig, current.traceConfig);
  const description = describe();
  // The kind is set first of all, and whatever the caller has set.
  const given: Attributes = { [KIND]: description.kind, ...contextAttributes(parent) };
  given[KIND] = description.kind;
  const attributes = maskAttributes(given, traceConfig);
  const span = tracer.startSpan(
    safeText(description.name),
    { attributes, startTime: now(), kind: description.spanKind ?? SpanKind.INTERNAL },
    parent,
  );
  keepTracer(tracerProvider, { tracer, span, parent });
  const open = new OpenSpan(span, { tracerProvider, traceConfig, kind: description.kind });
  return { open, description };
}

/** Has the caller's first `context.with` be heeded already: by the first span it would be too late. Nothing is done where there is no provider yet. */
export function prepareContext(provider: TracerProvider = trace.getTracerProvider()): void {
  if (!isNobodyBehind(provider)) ensureContextManager();
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
  const message = attempt(() => maskStatusMessage(error, open.traceConfig)) ?? "Error";
  attempt(() => open.span.setStatus({ code: SpanStatusCode.ERROR, message }));
}

function addEvent({ span, traceConfig }: OpenSpan, { name, attributes }: SpanEvent): void {
  span.addEvent(name, maskEvent(attributes, traceConfig), now());
}

function setAttributes({ span, traceConfig }: OpenSpan, attributes: () => Attributes): void {
  attempt(() => span.setAttributes(maskAttributes(attributes(), traceConfig)));
}

function setEach({ span, traceConfig }: OpenSpan, attributes: AttributeList): void {
  attempt(() => maskEach(attributes, traceConfig, (key, value) => span.setAttribute(key, value)));
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
