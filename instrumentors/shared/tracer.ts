import {
  type Context,
  isSpanContextValid,
  type Span,
  trace,
  type Tracer,
  type TracerProvider,
} from "@opentelemetry/api";
import { warnOfUnseenProvider } from "./api-copies.ts";
import { SCOPE_NAME, SCOPE_VERSION } from "./scope.ts";

/** Of providers whose tracer has made a span: the SDK looks for it by a name that it puts together anew, each time. */
const tracers = new WeakMap<TracerProvider, Tracer>();

/** Gives our tracer of a provider; undefined where there is nobody behind it. Errors: what the provider throws; TypeError where it gives none. */
export function tracerOf(provider: TracerProvider): Tracer | undefined {
  const known = tracers.get(registeredWith(provider));
  if (known !== undefined) return known;
  if (isNobodyBehind(provider)) return undefined;
  const tracer: Tracer | undefined = provider.getTracer(SCOPE_NAME, SCOPE_VERSION);
  if (!tracer) throw new TypeError("The tracer provider gives no tracer.");
  return tracer;
}

/** Keeps a tracer that has made a span of its own. One that has not may be replaced when somebody registers a real one. */
export function keepTracer(provider: TracerProvider, { tracer, span, parent }: MadeSpan): void {
  const registered = registeredWith(provider);
  if (tracers.has(registered) || isProxy(registered)) return;
  const made = span.spanContext();
  if (isSpanContextValid(made) && made.spanId !== trace.getSpanContext(parent)?.spanId) tracers.set(registered, tracer);
}

interface MadeSpan {
  readonly tracer: Tracer;
  readonly span: Span;
  readonly parent: Context;
}

/** Whether this is the API's own provider, and none was registered yet; if one was, but with a copy of the API that this one does not see, a warning says so. */
export function isNobodyBehind(provider: TracerProvider): boolean {
  if (!isProxy(provider) || provider.getDelegateTracer(SCOPE_NAME, SCOPE_VERSION) !== undefined) return false;
  warnOfUnseenProvider();
  return true;
}

/** The API's own provider stands for the one that was registered last. */
function registeredWith(provider: TracerProvider): TracerProvider {
  return isProxy(provider) && provider === trace.getTracerProvider() ? provider.getDelegate() : provider;
}

interface Proxy extends TracerProvider {
  readonly getDelegate: () => TracerProvider;
  readonly getDelegateTracer: (name: string, version: string) => Tracer | undefined;
}

function isProxy(provider: TracerProvider): provider is Proxy {
  return (
    "getDelegate" in provider &&
    typeof provider.getDelegate === "function" &&
    "getDelegateTracer" in provider &&
    typeof provider.getDelegateTracer === "function"
  );
}
