import { textAt } from "./trace-attributes.ts";
import { REDACTED } from "./trace-likeness.ts";
import type { TraceSpan } from "./trace-span.ts";

/** Finds what a run was asked: the input of the AGENT span that started first. Undefined if there is none, or masks have hidden it. */
export function taskOf(spans: readonly TraceSpan[]): string | undefined {
  const root = spans.find(({ kind }) => kind === "AGENT");
  const task = root && textAt(root.attributes, "input.value");
  return task === REDACTED ? undefined : task;
}
