import { context, diag, trace, type TracerProvider } from "@opentelemetry/api";
import { ConfigurationError } from "../../src/errors.ts";
import type { Semconv } from "../shared/gen-ai.ts";
import { isTracingSuppressed } from "../shared/context-attributes.ts";
import { checkOptions, checkProvider, given } from "../shared/check-options.ts";
import { DEFAULT_MAX_SPAN_BYTES, type MessagesMode } from "../shared/message-budget.ts";
import { resolveTraceConfig, type TraceConfigOptions } from "../shared/trace-config.ts";
import { prepareContext } from "../shared/traced.ts";
import { CHAT_COMPLETIONS } from "./chat-completions.ts";
import { filledText, objectOf } from "./json.ts";
import { isInsideModelCall } from "./llm-scope.ts";
import type { ModelApi } from "./model-api.ts";
import { RESPONSES } from "./responses.ts";
import { type CallTracing, tracedCall } from "./traced-call.ts";
import { watchFetching } from "./watch-retries.ts";

/** Is what is patched of the `openai` package: `parse`, `stream` and `runTools` all come down to `create`. */
interface Resource {
  create(body: unknown, options?: unknown): unknown;
}

/** Is the class `OpenAI` of the package, or one that extends it, as `AzureOpenAI`. */
export interface OpenAIClass {
  readonly prototype?: object;
  readonly Chat: { readonly Completions: { readonly prototype: Resource } };
  readonly Responses: { readonly prototype: Resource };
}

/** Says what spans hold, and in which words. What is not given is as it was while tracing is in force. */
export interface OpenAIInstrumentOptions {
  /** What traces must not hold. Where it says nothing, as the environment says. */
  readonly traceConfig?: TraceConfigOptions | undefined;
  /** Names attributes as OpenInference does ("openinference", the default), as OpenTelemetry's GenAI conventions do, or both at once. */
  readonly semconv?: Semconv | undefined;
  /** How much of what a model is sent its span shows: all as long as there is room ("budget", the default), all always, or what no earlier call of the trace was sent. */
  readonly messages?: MessagesMode | undefined;
  /** How much room there is in a span, in bytes; 131,072 by default. For `messages: "budget"`. */
  readonly maxSpanBytes?: number | undefined;
}

/** Is in force until it is taken back, or another one takes its place. */
export interface OpenAIInstrumentation {
  /** Stops tracing. Spans that have started still end. */
  uninstrument(): void;
  isEnabled(): boolean;
}

/**
 * Traces the calls that a program makes with the `openai` package itself: Chat Completions and Responses, whole and streamed, one LLM span each.
 *
 * Without a provider, spans go to the global one, looked up at each call. Called again, it re-targets, and keeps what it is not told anew; it never doubles a span, also beside `instrument()`.
 * Callers get what they got before: the same promises, streams and errors. A stream's span ends when it was read, or left.
 * Errors: ConfigurationError for what is not the class, and for options that are none.
 */
export function instrumentOpenAI(
  OpenAI: OpenAIClass,
  tracerProvider?: TracerProvider,
  options: OpenAIInstrumentOptions = {},
): OpenAIInstrumentation {
  checkOptions(options);
  checkProvider(tracerProvider);
  const chatCompletions = (): Resource => OpenAI.Chat.Completions.prototype;
  const responses = (): Resource => OpenAI.Responses.prototype;
  if (![chatCompletions, responses].some(isThere)) {
    throw new ConfigurationError(
      "instrumentOpenAI() finds neither Chat Completions nor Responses in what it is given. Give it the class OpenAI itself, of openai 6 or 7, and no instance of it: instrumentOpenAI(OpenAI).",
    );
  }
  const switches = [switchOf(chatCompletions, CHAT_COMPLETIONS), switchOf(responses, RESPONSES)];
  // Who re-targets without a word of masks takes none off.
  const target = targetOf(
    { ...switches.find((each) => each.target)?.target?.options, ...given(options) },
    tracerProvider,
  );
  for (const each of switches) each.target = target;
  watchFetching(OpenAI.prototype);
  prepareContext(tracerProvider);
  return {
    uninstrument: () => {
      for (const each of switches) if (each.target === target) each.target = undefined;
    },
    isEnabled: () => switches.some((each) => each.target === target),
  };
}

function isThere(find: () => Resource): boolean {
  try {
    return typeof find().create === "function";
  } catch {
    return false;
  }
}

interface Target {
  /** How a call is traced that is made now: by the global provider, where none was given. */
  readonly tracing: () => CallTracing;
  readonly options: OpenAIInstrumentOptions;
}

function targetOf(options: OpenAIInstrumentOptions, tracerProvider: TracerProvider | undefined): Target {
  const {
    traceConfig,
    semconv = "openinference",
    messages = "budget",
    maxSpanBytes = DEFAULT_MAX_SPAN_BYTES,
  } = options;
  const kept = { traceConfig: resolveTraceConfig(traceConfig), semconv, messages, maxSpanBytes };
  if (tracerProvider === undefined)
    return { options, tracing: () => ({ ...kept, tracerProvider: trace.getTracerProvider() }) };
  const tracing = { ...kept, tracerProvider };
  return { options, tracing: () => tracing };
}

/** Says where the spans of one class go; the patch asks at each call. */
interface Switch {
  target: Target | undefined;
}

/** A prototype is patched once, and never restored: switched off, the patch calls the original. */
const switches = new WeakMap<object, Switch>();

function switchOf(find: () => Resource, api: ModelApi): Switch {
  const made: Switch = { target: undefined };
  try {
    const resource = find();
    const known = switches.get(resource);
    if (known) return known;
    resource.create = tracedCreate(resource.create, { api, on: made });
    switches.set(resource, made);
  } catch (fault) {
    diag.warn(
      `vitrine: instrumentOpenAI() finds no ${api.spanName} to trace. Give it the class OpenAI of openai 6 or 7.`,
      fault,
    );
  }
  return made;
}

function tracedCreate(original: Resource["create"], { api, on }: { api: ModelApi; on: Switch }): Resource["create"] {
  return function create(this: unknown, ...args) {
    const call = (): unknown => Reflect.apply(original, this, args);
    if (!on.target) return call();
    const active = context.active();
    if (isTracingSuppressed(active) || isInsideModelCall(active)) return call();
    return tracedCall(call, {
      api,
      body: args[0],
      baseURL: () => baseURLOf(this),
      tracing: on.target.tracing(),
    });
  };
}

/** Whether the resource knows its client is the package's own affair. */
function baseURLOf(resource: unknown): string | undefined {
  return filledText(objectOf(objectOf(resource)["_client"])["baseURL"]);
}
