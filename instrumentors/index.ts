import type { TracerProvider } from "@opentelemetry/api";
import { AgentInstrumentor, type InstrumentOptions } from "./agent/instrumentor.ts";

export { AgentInstrumentor, type InstrumentOptions } from "./agent/instrumentor.ts";
export {
  instrumentOpenAI,
  type OpenAIClass,
  type OpenAIInstrumentation,
  type OpenAIInstrumentOptions,
} from "./openai/instrument-openai.ts";
export type { Semconv } from "./shared/gen-ai.ts";
export type { MessagesMode } from "./shared/message-budget.ts";
export type { BlobUploader, Mask, TraceConfigOptions } from "./shared/trace-config.ts";

const shared = new AgentInstrumentor();

/**
 * Traces every run of every agent from now on, in one line. Called again, it re-targets; it never doubles a span.
 *
 * Without a provider, spans go to the global one, looked up at each call. `traceConfig` says what they must not hold; what it does not say, the
 * `OPENINFERENCE_*` variables say, as they are at this moment.
 */
export function instrument(
  tracerProvider?: TracerProvider,
  options: Omit<InstrumentOptions, "tracerProvider"> = {},
): AgentInstrumentor {
  shared.instrument({ ...options, tracerProvider });
  return shared;
}
