import { type AttributeTree, attributeTree, isTree } from "./trace-attributes.ts";
import { genAiKind, withoutGenAi } from "./trace-gen-ai.ts";

/** What is read of a span, wherever it comes from. */
export interface TraceSpan {
  readonly name: string;
  /** LLM, AGENT, …; empty if it has none. */
  readonly kind: string;
  readonly spanId: string | undefined;
  readonly parentId: string | undefined;
  /** Nanoseconds since the epoch. */
  readonly start: bigint;
  /** By OpenInference's names, also where the span has those of the GenAI conventions only. */
  readonly attributes: AttributeTree;
  /** Why it failed, if it did. */
  readonly failure: { readonly type: string; readonly message: string } | undefined;
}

/**
 * Reads a span as the SDK, OTLP as JSON, Phoenix's GraphQL or its REST interface have it. Undefined for what is none.
 *
 * No import of OpenTelemetry: spans are data here.
 */
export function readSpan(span: unknown): TraceSpan | undefined {
  if (!isTree(span) || typeof span["name"] !== "string") return undefined;
  const attributes = attributesOf(span["attributes"]);
  if (!attributes) return undefined;
  const tree = attributeTree(attributes);
  const kind =
    attributes["openinference.span.kind"] ?? span["spanKind"] ?? span["span_kind"] ?? deepKind(tree) ?? genAiKind(tree);
  return {
    name: span["name"],
    kind: typeof kind === "string" ? kind.toUpperCase() : "",
    spanId: text(span["spanId"]) ?? text(span["span_id"]) ?? idOf(contextOf(span)),
    parentId: text(span["parentId"] ?? span["parent_id"] ?? span["parentSpanId"]) ?? idOf(span["parentSpanContext"]),
    start: nanoseconds(span["startTime"] ?? span["start_time"] ?? span["startTimeUnixNano"]),
    attributes: withoutGenAi(tree),
    failure: failureOf(span),
  };
}

function deepKind(tree: AttributeTree): unknown {
  const openinference = tree["openinference"];
  const span = isTree(openinference) ? openinference["span"] : undefined;
  return isTree(span) ? span["kind"] : undefined;
}

function attributesOf(attributes: unknown): AttributeTree | undefined {
  if (Array.isArray(attributes)) return otlpAttributes(attributes);
  return isTree(attributes) ? attributes : undefined;
}

function contextOf(span: AttributeTree): unknown {
  const { spanContext, context } = span;
  return typeof spanContext === "function" ? Reflect.apply(spanContext, span, []) : (spanContext ?? context);
}

function idOf(context: unknown): string | undefined {
  return isTree(context) ? (text(context["spanId"]) ?? text(context["span_id"])) : undefined;
}

function failureOf(span: AttributeTree): TraceSpan["failure"] {
  const status = isTree(span["status"]) ? span["status"] : {};
  const code = status["code"] ?? span["statusCode"] ?? span["status_code"] ?? span["status"];
  if (code !== 2 && code !== "ERROR" && code !== "STATUS_CODE_ERROR") return undefined;
  const said = text(status["message"] ?? span["statusMessage"] ?? span["status_message"]) ?? "";
  const [, type = "Error", message = said] = /^(\w+): ([\s\S]*)$/.exec(said) ?? [];
  return exceptionOf(span) ?? { type, message };
}

/** The whole of it: backends cut status messages. */
function exceptionOf({ events }: AttributeTree): TraceSpan["failure"] {
  const event: unknown = Array.isArray(events)
    ? events.find((each: unknown) => isTree(each) && each["name"] === "exception")
    : undefined;
  if (!isTree(event)) return undefined;
  const attributes = attributesOf(event["attributes"]) ?? {};
  const message = text(attributes["exception.message"] ?? event["message"]);
  if (message === undefined) return undefined;
  return { type: text(attributes["exception.type"]) ?? "Error", message };
}

function otlpAttributes(attributes: readonly unknown[]): AttributeTree {
  return Object.fromEntries(
    attributes.flatMap((entry): [string, unknown][] =>
      isTree(entry) && typeof entry["key"] === "string" ? [[entry["key"], otlpValue(entry["value"])]] : [],
    ),
  );
}

function otlpValue(value: unknown): unknown {
  if (!isTree(value)) return undefined;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = value;
  if (isTree(arrayValue)) return Array.isArray(arrayValue["values"]) ? arrayValue["values"].map(otlpValue) : [];
  if (isTree(kvlistValue)) return Array.isArray(kvlistValue["values"]) ? otlpAttributes(kvlistValue["values"]) : {};
  if (intValue !== undefined) return Number(intValue);
  return stringValue ?? boolValue ?? doubleValue;
}

const PER_SECOND = 1_000_000_000n;

/** Reads `[seconds, nanoseconds]`, an ISO date with any number of digits, nanoseconds as digits, or milliseconds. */
function nanoseconds(time: unknown): bigint {
  if (Array.isArray(time)) return whole(time[0]) * PER_SECOND + whole(time[1]);
  if (typeof time === "number") return whole(time * 1000) * 1000n;
  if (typeof time !== "string") return 0n;
  if (/^\d+$/.test(time)) return BigInt(time);
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? "";
  const seconds = Date.parse(time.replace(/\.\d+/, "")) / 1000;
  return whole(seconds) * PER_SECOND + BigInt(fraction.padEnd(9, "0").slice(0, 9));
}

function whole(value: unknown): bigint {
  return typeof value === "number" && Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
