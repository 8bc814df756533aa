/** What is read of a finished span; those of SDK 2 and 3 have it. Times are seconds and nanoseconds; status codes 0, 1, 2 are UNSET, OK, ERROR. */
export interface FinishedSpan {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number };
  readonly startTime: readonly [seconds: number, nanoseconds: number];
  readonly parentSpanContext?: { readonly spanId: string } | undefined;
  spanContext(): { readonly spanId: string };
}

interface Line {
  readonly label: string;
  readonly status: string;
}

const STATUS = ["UNSET", "OK", "ERROR"];

/**
 * Draws spans as text: a line a span, `KIND name STATUS`, children indented below their parent in the order in which they started.
 *
 * A span whose parent is not among them is drawn as a root.
 */
export function spanTree(spans: readonly FinishedSpan[]): string {
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const roots = spans.filter(({ parentSpanContext }) => !parentSpanContext || !ids.has(parentSpanContext.spanId));
  const lines = inOrder(roots).flatMap((root) => branch(root, spans, ""));
  const width = Math.max(0, ...lines.map(({ label }) => label.length));
  return lines.map(({ label, status }) => `${label.padEnd(width)}  ${status}`).join("\n");
}

function branch(span: FinishedSpan, spans: readonly FinishedSpan[], indent: string): Line[] {
  const kind = span.attributes["openinference.span.kind"];
  const line = {
    label: `${indent}${typeof kind === "string" ? kind : "?"} ${span.name}`,
    status: STATUS[span.status.code] ?? "?",
  };
  const children = spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === span.spanContext().spanId);
  return [line, ...inOrder(children).flatMap((child) => branch(child, spans, `${indent}  `))];
}

function inOrder(spans: readonly FinishedSpan[]): FinishedSpan[] {
  return spans.toSorted(({ startTime: left }, { startTime: right }) => left[0] - right[0] || left[1] - right[1]);
}
