import { OpenInferenceSpanKind } from "@arizeai/openinference-semantic-conventions";
import { context, diag, type Span, trace } from "@opentelemetry/api";
import type { Semconv } from "../shared/gen-ai.ts";
import type { MessagesMode } from "../shared/message-budget.ts";
import type { SendingCall } from "../shared/shown-messages.ts";
import { addSpanEvent, type SpanDescription, traced, type TraceTarget } from "../shared/traced.ts";
import { EVENTS, VITRINE } from "../shared/vitrine-attributes.ts";
import { answerAttributes, requestAttributes, startAttributes } from "./attributes.ts";
import { endBeforeExit } from "./forgotten.ts";
import { callInWords } from "./call-in-words.ts";
import type { Gathering, ModelApi, ModelRequest } from "./model-api.ts";
import { type Interruption, ModelCall } from "./model-call.ts";
import { watchPromise } from "./watch-promise.ts";
import { tellingOfRetries } from "./watch-retries.ts";

/** Says where spans go, what they hold, and in which words. */
export interface CallTracing extends TraceTarget {
  readonly semconv: Semconv;
  readonly messages: MessagesMode;
  readonly maxSpanBytes: number;
}

interface CallFacts {
  readonly api: ModelApi;
  readonly body: unknown;
  /** Asked for by a span that is recorded only. */
  readonly baseURL: () => string | undefined;
  readonly tracing: CallTracing;
}

/**
 * Makes a call inside an LLM span that ends when the answer is known, and gives at once what the call gives.
 *
 * The span is active while the call is made, so that HTTP spans nest below it; not for whoever awaits the answer, or reads its stream.
 * Errors: what the call throws.
 */
export function tracedCall(make: () => unknown, facts: CallFacts): unknown {
  let state: CallState | undefined;
  // Of a call that is not recorded, nothing is gathered.
  const stateNow = (): CallState => (state ??= stateOf(facts));
  const around = trace.getActiveSpan();
  const made: { given?: unknown; failure?: { readonly thrown: unknown } } = {};
  const work = (): Promise<Interruption | undefined> => {
    const span = trace.getActiveSpan();
    const recorded = isRecorded(span, around);
    try {
      made.given = recorded ? tellingOfRetries(make) : make();
    } catch (thrown) {
      made.failure = { thrown };
      throw thrown;
    }
    if (!recorded) return NOT_FOLLOWED;
    const { sending, gathering } = stateNow();
    sending.spanId = span?.spanContext().spanId;
    return follow(made.given, gathering);
  };
  // The caller gets the error from what the call gave.
  traced(facts.tracing, () => describeCall(facts, stateNow), work).catch(() => {});
  const { given, failure } = made;
  // The work is kept until the call ends; what it gave must not be, or nothing tells that it was forgotten.
  made.given = undefined;
  if (failure) throw failure.thrown;
  return given;
}

const NOT_FOLLOWED = Promise.resolve(undefined);

/** Whether a span was opened, and somebody records it. */
function isRecorded(span: Span | undefined, around: Span | undefined): boolean {
  return span !== around && (span?.isRecording() ?? false);
}

function follow(given: unknown, gathering: Gathering): Promise<Interruption | undefined> {
  const tellFirstToken = context.bind(context.active(), () =>
    addSpanEvent({ name: EVENTS.firstToken, attributes: {} }),
  );
  const call = new ModelCall(gathering, tellFirstToken);
  endBeforeExit(call);
  try {
    watchPromise(given, call);
  } catch (fault) {
    diag.warn("vitrine: the answer to a call cannot be followed", fault);
    call.end();
  }
  return call.ended;
}

interface CallState {
  readonly gathering: Gathering;
  readonly sending: SendingCall;
}

function stateOf({ api, tracing }: CallFacts): CallState {
  const { base64ImageMaxLength: maxImageLength } = tracing.traceConfig;
  return { gathering: api.gather(), sending: { maxImageLength, whole: new Map() } };
}

function describeCall(
  { api, body, baseURL, tracing }: CallFacts,
  stateNow: () => CallState,
): SpanDescription<Interruption | undefined> {
  const { semconv, messages: mode, maxSpanBytes } = tracing;
  // With both conventions, each message stands there twice.
  const maxBytes = semconv === "both" ? maxSpanBytes / 2 : maxSpanBytes;
  let request: ModelRequest | undefined;
  const read = (): ModelRequest => (request ??= readLeniently(api, body));
  return callInWords(
    {
      name: api.spanName,
      kind: OpenInferenceSpanKind.LLM,
      start: () => startAttributes(read(), baseURL()),
      bulk: () => requestAttributes(read(), { mode, maxBytes, call: stateNow().sending }),
      success: (interruption) => ({
        ...answerAttributes(stateNow().gathering.answer()),
        ...(interruption ? { [VITRINE.stopReason]: interruption } : {}),
      }),
      failure: () => answerAttributes(stateNow().gathering.answer()),
    },
    { semconv, answer: () => stateNow().gathering.answer() },
  );
}

/** What cannot be read is told of once, though it is asked for twice. */
function readLeniently(api: ModelApi, body: unknown): ModelRequest {
  try {
    return api.readRequest(body);
  } catch (fault) {
    diag.warn("vitrine: what a model is sent could not be read", fault);
    return { model: undefined, parameters: {}, messages: [], tools: [] };
  }
}
