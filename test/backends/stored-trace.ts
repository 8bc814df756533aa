import { SemanticConventions } from "@arizeai/openinference-semantic-conventions";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { setTimeout as delay } from "node:timers/promises";
import { spanTree } from "vitrine/testing";

const { INPUT_VALUE, LLM_TOKEN_COUNT_COMPLETION, LLM_TOKEN_COUNT_PROMPT, OPENINFERENCE_SPAN_KIND, OUTPUT_VALUE } =
  SemanticConventions;
const STATUS = ["UNSET", "OK", "ERROR"] as const;
const POLL_MS = 200;

/** What a span is to a backend, in words that all of them share. What it does not show is null. */
export interface StoredSpan {
  readonly spanId: string;
  readonly parentId: string | null;
  readonly name: string;
  /** In capitals. */
  readonly kind: unknown;
  readonly status: (typeof STATUS)[number];
  /** Parsed where it is JSON: some backends parse it and write it anew. */
  readonly input: unknown;
  readonly output: unknown;
  readonly tokens: { readonly prompt: number; readonly completion: number } | null;
}

/** A trace as a backend gives it back. Spans are in the order of their start. */
export interface StoredTrace {
  readonly spans: readonly StoredSpan[];
  /** All that was read, as JSON: what is not in it cannot be seen by anyone. */
  readonly text: string;
}

/** Describes a span that was sent as one that is stored. */
export function asStored(span: ReadableSpan): StoredSpan {
  const { attributes } = span;
  return {
    spanId: span.spanContext().spanId,
    parentId: span.parentSpanContext?.spanId ?? null,
    name: span.name,
    status: STATUS[span.status.code],
    ...shown(attributes),
  };
}

/** Takes what is compared out of attributes with OpenInference's names. */
export function shown(
  attributes: Readonly<Record<string, unknown>>,
): Pick<StoredSpan, "kind" | "input" | "output" | "tokens"> {
  const prompt = attributes[LLM_TOKEN_COUNT_PROMPT];
  const completion = attributes[LLM_TOKEN_COUNT_COMPLETION];
  return {
    kind: attributes[OPENINFERENCE_SPAN_KIND] ?? null,
    input: parsed(attributes[INPUT_VALUE]),
    output: parsed(attributes[OUTPUT_VALUE]),
    tokens: typeof prompt === "number" && typeof completion === "number" ? { prompt, completion } : null,
  };
}

/** Draws a stored trace as text. */
export function treeOf({ spans }: StoredTrace): string {
  return spanTree(
    spans.map((span, index) => ({
      name: span.name,
      attributes: { [OPENINFERENCE_SPAN_KIND]: span.kind },
      status: { code: STATUS.indexOf(span.status) },
      startTime: [0, index],
      ...(span.parentId === null ? {} : { parentSpanContext: { spanId: span.parentId } }),
      spanContext: () => ({ spanId: span.spanId }),
    })),
  );
}

/**
 * Reads a trace again and again until it has so many spans.
 *
 * Errors: after 60 seconds an Error that shows the tree as far as it came.
 */
export async function untilComplete(read: () => Promise<StoredTrace>, spans: number): Promise<StoredTrace> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const trace = await read();
    if (trace.spans.length >= spans) return trace;
    if (Date.now() > deadline) throw new Error(`${trace.spans.length} of ${spans} spans are stored:\n${treeOf(trace)}`);
    await delay(POLL_MS);
  }
}

/** Half characters, which JSON can escape, are a question mark to all: MLflow writes them so. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value ?? null;
  try {
    const json = JSON.stringify(JSON.parse(value));
    return JSON.parse(json.replaceAll(/(?<!\\)((?:\\\\)*)\\ud[0-9a-f]{3}/g, "$1?"));
  } catch {
    return value;
  }
}
