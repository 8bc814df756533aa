import { Model, type GenerateRequest, type ModelOutput } from "vitrine";
import { expect } from "vitest";
import { RecordedModel } from "../../src/testing/recorded-model.ts";
import type { SpanLike } from "../../src/testing/trace-source.ts";

interface WatchedCall {
  readonly request: GenerateRequest;
  readonly output?: ModelOutput | undefined;
  readonly error?: unknown;
}

interface WatchedCalls {
  readonly forget: () => void;
  /** Expects that a trace holds every call that has ended since: what was asked, what came of it. */
  readonly expectIn: (spans: readonly SpanLike[]) => Promise<void>;
}

/** Watches the calls of all models, below the tracing: it must come before `instrument()`. */
export function watchCalls(): WatchedCalls {
  const calls: WatchedCall[] = [];
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the model below
  const { generate } = Model.prototype;
  Model.prototype.generate = async function (request, options) {
    try {
      const output = await generate.call(this, request, options);
      calls.push({ request, output });
      return output;
    } catch (error) {
      calls.push({ request, error });
      throw error;
    }
  };
  return {
    forget: () => void calls.splice(0),
    expectIn: async (spans) => {
      if (!spans.some(({ attributes }) => attributes["openinference.span.kind"] === "LLM")) return;
      const recorded = await RecordedModel.fromTrace(spans);
      expect(inOneOrder(recorded.calls)).toEqual(inOneOrder(calls));
    },
  };
}

/** Calls at the same time start in one order and end in another. */
function inOneOrder(calls: readonly WatchedCall[]): unknown[] {
  return calls
    .map(comparable)
    .toSorted()
    .map((text): unknown => JSON.parse(text));
}

/** Which tools were offered, by the API or in the prompt, and which stops were asked for, though a model takes none, are no part of a trace. */
function comparable({ request, output, error }: WatchedCall): string {
  const { messages, tools, promptTools, toolChoice, responseFormat } = request;
  const failure = error === undefined ? undefined : messageOf(error);
  const call = { messages, tools: tools ?? promptTools, toolChoice, responseFormat, output, failure };
  return JSON.stringify(call, (_key, value: unknown) => storable(value));
}

function messageOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "message" in error ? error.message : error;
}

/** Keys in one order; less what no backend can store. */
function storable(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(/[\0␀\uFFFD\p{Surrogate}]/gu, "?");
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
