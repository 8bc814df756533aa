import { OpenInferenceSpanKind } from "@arizeai/openinference-semantic-conventions";
import { context, diag, type Span, trace } from "@opentelemetry/api";
import { addSpanEvent, type SpanDescription, traced, type TraceTarget } from "../shared/traced.ts";
import { EVENTS, VITRINE } from "../shared/vitrine-attributes.ts";
import { answerAttributes, requestAttributes, startAttributes } from "./attributes.ts";
import type { Gathering, ModelApi, ModelRequest } from "./model-api.ts";
import { type Interruption, ModelCall } from "./model-call.ts";
import { watchPromise } from "./watch-promise.ts";

interface CallFacts {
  readonly api: ModelApi;
  readonly body: unknown;
  readonly baseURL: string | undefined;
  readonly target: TraceTarget;
}

/**
 * Makes a call inside an LLM span that ends when the answer is known, and gives at once what the call gives.
 *
 * The span is active while the call is made, so that HTTP spans nest below it; not for whoever awaits the answer, or reads its stream.
 * Errors: what the call throws.
 */
export function tracedCall(make: () => unknown, facts: CallFacts): unknown {
  const gathering = facts.api.gather();
  const around = trace.getActiveSpan();
  const made: { given?: unknown; failure?: { readonly thrown: unknown } } = {};
  const work = (): Promise<Interruption | undefined> => {
    try {
      made.given = make();
    } catch (thrown) {
      made.failure = { thrown };
      throw thrown;
    }
    return isRecorded(trace.getActiveSpan(), around) ? follow(made.given, gathering) : Promise.resolve(undefined);
  };
  // The caller gets the error from what the call gave.
  traced(facts.target, () => describeCall(facts, gathering), work).catch(() => {});
  const { given, failure } = made;
  // The work is kept until the call ends; what it gave must not be, or nothing tells that it was forgotten.
  delete made.given;
  if (failure) throw failure.thrown;
  return given;
}

/** Where no span was opened, or nobody records it, nothing is gathered. */
function isRecorded(span: Span | undefined, around: Span | undefined): boolean {
  return span !== around && (span?.isRecording() ?? false);
}

function follow(given: unknown, gathering: Gathering): Promise<Interruption | undefined> {
  const tellFirstToken = context.bind(context.active(), () =>
    addSpanEvent({ name: EVENTS.firstToken, attributes: {} }),
  );
  const call = new ModelCall(gathering, tellFirstToken);
  try {
    watchPromise(given, call);
  } catch (fault) {
    diag.warn("vitrine: the answer to a call cannot be followed", fault);
    call.end();
  }
  return call.ended;
}

function describeCall(
  { api, body, baseURL }: CallFacts,
  gathering: Gathering,
): SpanDescription<Interruption | undefined> {
  let request: ModelRequest | undefined;
  const read = (): ModelRequest => (request ??= api.readRequest(body));
  return {
    name: api.spanName,
    kind: OpenInferenceSpanKind.LLM,
    start: () => startAttributes(read(), baseURL),
    bulk: () => requestAttributes(read()),
    success: (interruption) => ({
      ...answerAttributes(gathering.answer()),
      ...(interruption ? { [VITRINE.stopReason]: interruption } : {}),
    }),
    failure: () => answerAttributes(gathering.answer()),
  };
}
