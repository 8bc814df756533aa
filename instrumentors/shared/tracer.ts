import type { Tracer, TracerProvider } from "@opentelemetry/api";
import { warnOfUnseenProvider } from "./api-copies.ts";
import { SCOPE_NAME, SCOPE_VERSION } from "./scope.ts";

/** Found once for each provider: the SDK looks for it by a name that it puts together anew, each time. */
const tracers = new WeakMap<TracerProvider, Tracer>();

/** Gives our tracer of a provider; undefined where there is nobody behind it. Errors: what the provider throws; TypeError where it gives none. */
export function tracerOf(provider: TracerProvider): Tracer | undefined {
  const registered = registeredWith(provider);
  const known = tracers.get(registered);
  if (known !== undefined) return known;
  if (isNobodyBehind(provider)) return undefined;
  const tracer: Tracer | undefined = registered.getTracer(SCOPE_NAME, SCOPE_VERSION);
  if (!tracer) throw new TypeError("The tracer provider gives no tracer.");
  tracers.set(registered, tracer);
  return tracer;
}

/** Whether this is the API's own provider, and none was registered yet; if one was, but with a copy of the API that this one does not see, a warning says so. */
export function isNobodyBehind(provider: TracerProvider): boolean {
  if (!isProxy(provider) || provider.getDelegateTracer(SCOPE_NAME, SCOPE_VERSION) !== undefined) return false;
  warnOfUnseenProvider();
  return true;
}

/** The API's own provider stands for the one that was registered last. */
function registeredWith(provider: TracerProvider): TracerProvider {
  return isProxy(provider) ? provider.getDelegate() : provider;
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
