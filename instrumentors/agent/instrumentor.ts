import type { MeterProvider, TracerProvider } from "@opentelemetry/api";
import { checkOptions, checkProvider, given } from "../shared/check-options.ts";
import { DEFAULT_MAX_SPAN_BYTES, type MessagesMode } from "../shared/message-budget.ts";
import { SCOPE_NAME, SCOPE_VERSION } from "../shared/scope.ts";
import { resolveTraceConfig, type TraceConfigOptions } from "../shared/trace-config.ts";
import { prepareContext } from "../shared/traced.ts";
import type { Semconv } from "../shared/gen-ai.ts";
import { watchOtherCopies } from "./copies.ts";
import { patchSeams } from "./patches.ts";
import type { Tracing } from "./seam.ts";

/** Says where spans go, what they hold, and in which words. What is not given is as it was, or as the instrumentor was made with. */
export interface InstrumentOptions {
  /** Where spans go. The global provider, looked up at each call, if absent. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** What traces must not hold; where it says nothing, as the environment says. */
  readonly traceConfig?: TraceConfigOptions | undefined;
  /** Names attributes as OpenInference does ("openinference", the default), as OpenTelemetry's GenAI conventions do, or both at once. */
  readonly semconv?: Semconv | undefined;
  /** How much of what a model is sent its span shows: all as long as there is room ("budget", the default), all always, or what is new. */
  readonly messages?: MessagesMode | undefined;
  /** How much room there is in a span, in bytes; 131,072 by default. For `messages: "budget"`. */
  readonly maxSpanBytes?: number | undefined;
}

/** Who traces now; the patches ask at each call. There is one set of classes to patch, so there is one answer. */
let current: { readonly owner: AgentInstrumentor; readonly tracing: Tracing } | undefined;
/** Known once the classes are patched. */
let warnOfOtherCopies: (() => void) | undefined;

/**
 * Traces every run: agents, steps, plans, model calls, tool calls, code, as OpenInference spans.
 *
 * The prototypes are patched once, and never restored: switched off, a patch calls the original. It is also an `Instrumentation` of
 * `@opentelemetry/instrumentation`: `registerInstrumentations` takes it.
 */
export class AgentInstrumentor {
  readonly instrumentationName = SCOPE_NAME;
  readonly instrumentationVersion = SCOPE_VERSION;
  readonly #initial: InstrumentOptions;
  #options: InstrumentOptions;

  constructor(options: InstrumentOptions = {}) {
    checkOptions(options);
    this.#initial = options;
    this.#options = options;
  }

  /**
   * Starts tracing, to the provider given. Called again, it re-targets; it never doubles a span.
   *
   * Errors: ConfigurationError for options that are none, a misspelt mask above all.
   */
  instrument(options: InstrumentOptions = {}): void {
    checkOptions(options);
    const { tracerProvider = this.#initial.tracerProvider, ...others } = options;
    checkProvider(tracerProvider);
    this.#options = { ...this.#options, ...given(others), tracerProvider };
    this.enable();
  }

  /** Stops tracing, and forgets what `instrument` was given. Spans that have started still end. */
  uninstrument(): void {
    this.disable();
    this.#options = this.#initial;
  }

  /** Goes on tracing, to the provider that was last given. */
  enable(): void {
    patchOnce();
    const { tracerProvider, traceConfig, semconv = "openinference", messages = "budget", maxSpanBytes } = this.#options;
    current = {
      owner: this,
      tracing: {
        tracerProvider,
        traceConfig: resolveTraceConfig(traceConfig),
        semconv,
        messages,
        maxSpanBytes: maxSpanBytes ?? DEFAULT_MAX_SPAN_BYTES,
      },
    };
    warnOfOtherCopies?.();
    prepareContext(tracerProvider);
  }

  /** Stops tracing, if it is this instrumentor that traces. */
  disable(): void {
    if (this.isEnabled()) current = undefined;
  }

  isEnabled(): boolean {
    return current?.owner === this;
  }

  /** Re-targets, at once if this instrumentor traces. Called by `registerInstrumentations`. */
  setTracerProvider(tracerProvider: TracerProvider): void {
    this.setConfig({ tracerProvider });
  }

  /** Does nothing: there are no metrics. Called by `registerInstrumentations`. */
  setMeterProvider(_meterProvider: MeterProvider): void {}

  /** Changes what is given, at once if this instrumentor traces. */
  setConfig(options: InstrumentOptions & { readonly enabled?: boolean | undefined }): void {
    checkOptions(options);
    this.#options = { ...this.#options, ...given(options) };
    if (this.isEnabled()) this.enable();
  }

  /** Gives what was given. `enabled`: whether it traces; if not, `registerInstrumentations` enables it. */
  getConfig(): InstrumentOptions & { readonly enabled: boolean } {
    return { ...this.#options, enabled: this.isEnabled() };
  }
}

function patchOnce(): void {
  if (warnOfOtherCopies) return;
  patchSeams(() => current?.tracing);
  warnOfOtherCopies = watchOtherCopies({ isTracing: () => current !== undefined });
}
