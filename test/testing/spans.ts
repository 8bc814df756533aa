import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";

/** Writes spans as OTLP has them in JSON. */
export function otlpJson(spans: readonly ReadableSpan[]): string {
  return JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {}, spans: spans.map(otlpSpan) }] }] });
}

/** Writes spans as plain data, a line each. */
export function spanLines(spans: readonly ReadableSpan[]): string {
  return spans.map((span) => `${JSON.stringify(plainSpan(span))}\n`).join("");
}

/** Makes an LLM span by hand, of attributes without `llm.`. */
export function llmSpan(attributes: Readonly<Record<string, unknown>>, facts: Readonly<Record<string, unknown>> = {}) {
  const named = Object.entries(attributes).map(([key, value]) => [`llm.${key}`, value]);
  return {
    name: "Some.generate",
    attributes: { "openinference.span.kind": "LLM", ...Object.fromEntries(named) },
    ...facts,
  };
}

function otlpSpan(span: ReadableSpan) {
  const [seconds, nanoseconds] = span.startTime;
  return {
    traceId: span.spanContext().traceId,
    spanId: span.spanContext().spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? "",
    name: span.name,
    startTimeUnixNano: `${seconds}${String(nanoseconds).padStart(9, "0")}`,
    attributes: otlpAttributes(span.attributes),
    status: { code: span.status.code, message: span.status.message },
    events: span.events.map(({ name, attributes }) => ({ name, attributes: otlpAttributes(attributes ?? {}) })),
  };
}

function otlpAttributes(attributes: Readonly<Record<string, unknown>>) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: otlpValue(value) }));
}

function otlpValue(value: unknown): unknown {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(otlpValue) } };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "string") return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

function plainSpan(span: ReadableSpan) {
  const { name, attributes, status, events, startTime, parentSpanContext } = span;
  return { name, attributes, status, events, startTime, parentSpanContext, spanId: span.spanContext().spanId };
}
