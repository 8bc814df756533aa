import { spanTree } from "vitrine/testing";
import type { ReceivedSpan } from "./otlp.ts";

const TREE = `\
? create                   UNSET
  LLM ChatCompletion       OK
? parse                    UNSET
  LLM ChatCompletion       OK
? stream: true             UNSET
  LLM ChatCompletion       OK
? stream()                 UNSET
  LLM ChatCompletion       OK
? withResponse             UNSET
  LLM ChatCompletion       OK
? withResponse of parse    UNSET
  LLM ChatCompletion       OK
? asResponse               UNSET
  LLM ChatCompletion       OK
? asResponse of parse      UNSET
  LLM ChatCompletion       OK
? status 400               UNSET
  LLM ChatCompletion       ERROR
? status 400 of parse      UNSET
  LLM ChatCompletion       ERROR
? status 400 of stream()   UNSET
  LLM ChatCompletion       ERROR
? one retry                UNSET
  LLM ChatCompletion       OK
? responses.create         UNSET
  LLM Responses            OK
? responses.parse          UNSET
  LLM Responses            OK
? responses, stream: true  UNSET
  LLM Responses            OK`;

const TEXT = '{"degrees":31}';

/** Tells what is wrong with the spans that came of `programs/openai-calls.cjs`; nothing, if they are as they must be. */
export function faultsOfCalls(spans: readonly ReceivedSpan[]): string[] {
  const tree = spanTree(spans);
  if (tree !== TREE) return [`the tree is not as it must be:\n${tree || "(no spans)"}`];
  return spans.flatMap((span) => {
    const around = spans.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId);
    return around ? faultsOfCall(around.name, span) : [];
  });
}

/** What its span tells of a call: the answer, but where nobody has read it or there is none; and the attempts that failed. */
function faultsOfCall(call: string, { attributes, events }: ReceivedSpan): string[] {
  const isRaw = call.startsWith("asResponse");
  const output = isRaw || call.startsWith("status 400") ? undefined : TEXT;
  const stopReason = isRaw ? "raw_response" : undefined;
  const retries = events.filter(({ name }) => name === "llm.retry").map((retry) => retry.attributes["reason"]);
  const expectedRetries = call === "one retry" ? "500 Internal Server Error" : "";
  const facts: readonly (readonly [name: string, found: unknown, expected: unknown])[] = [
    ["the output", attributes["output.value"], output],
    ["the stop reason", attributes["vitrine.stop_reason"], stopReason],
    ["what was retried", retries.join(", "), expectedRetries],
  ];
  return facts
    .filter(([, found, expected]) => found !== expected)
    .map(
      ([name, found, expected]) => `${name} of "${call}" is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`,
    );
}
