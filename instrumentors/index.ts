import type { TracerProvider } from "@opentelemetry/api";
import { AgentInstrumentor } from "./agent/instrumentor.ts";

export { AgentInstrumentor } from "./agent/instrumentor.ts";

const shared = new AgentInstrumentor();

/**
 * Traces every run of every agent from now on, in one line. Called again, it re-targets; it never doubles a span.
 *
 * Without a provider, spans go to the global one, looked up at each call.
 */
export function instrument(tracerProvider?: TracerProvider): AgentInstrumentor {
  shared.instrument({ tracerProvider });
  return shared;
}
