import type { EndedSpan } from "../../../src/collector/otlp/ended-span.ts";

/** Names a span; with capital letters among its digits, for they are taken too. */
export const CONTEXT = { traceId: "0AF7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };

/** Makes a span of no attributes, with the parts that matter in a test. */
export function spanWith(parts: Partial<EndedSpan> = {}): EndedSpan {
  return {
    name: "span",
    kind: 0,
    spanContext: () => CONTEXT,
    startTime: [1_700_000_000, 1],
    endTime: [1_700_000_001, 2],
    status: { code: 1 },
    attributes: {},
    links: [],
    events: [],
    resource: { attributes: {} },
    instrumentationScope: { name: "scope" },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...parts,
  };
}

/** Reads what lies in a decoded message under names and positions; undefined where nothing does. */
export function pathOf(value: unknown, [key, ...rest]: readonly (string | number)[]): unknown {
  if (key === undefined) return value;
  return pathOf(typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined, rest);
}
