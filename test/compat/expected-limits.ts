import { isDeepStrictEqual } from "node:util";
import type { ReceivedSpan } from "./otlp.ts";

const RESOURCE = { "service.name": "shop", "host.name": "till-7" };
const PART = { attributes: { one: 1 }, droppedAttributes: 1 };

/** By the span's name. */
const EXPECTED: Readonly<Record<string, Partial<ReceivedSpan>>> = {
  kept: {
    resource: RESOURCE,
    scope: "house",
    scopeVersion: "1.2",
    schemaUrl: "https://schema.test",
    attributes: { first: "1234", second: 2, third: 3 },
    events: [],
    links: [],
    dropped: [1, 0, 0],
  },
  "kept too": {
    resource: RESOURCE,
    scope: "garden",
    scopeVersion: "",
    schemaUrl: "",
    attributes: { sampled: "kept" },
    events: [{ name: "late", ...PART }],
    links: [PART],
    dropped: [0, 1, 1],
  },
};

/** Tells what is wrong with the spans that came of `programs/limited-spans.cjs`; nothing, if they are as they must be. */
export function faultsOfLimits(spans: readonly ReceivedSpan[]): string[] {
  const names = spans.map(({ name }) => name).toSorted();
  if (!isDeepStrictEqual(names, Object.keys(EXPECTED))) return [`these spans came: ${names.join(", ") || "none"}`];
  const [parent, child] = Object.keys(EXPECTED).map((name) => spans.find((span) => span.name === name));
  const isChild = child?.parentSpanContext?.spanId === parent?.spanContext().spanId;
  return [
    ...(isChild ? [] : ["the one is not the child of the other"]),
    ...spans.flatMap((span) =>
      Object.entries(EXPECTED[span.name] ?? {}).flatMap((expected) => faultsIn(span, expected)),
    ),
  ];
}

function faultsIn(span: ReceivedSpan, [name, expected]: readonly [string, unknown]): string[] {
  const found: unknown = Reflect.get(span, name);
  if (isDeepStrictEqual(found, expected)) return [];
  return [`${name} of "${span.name}" is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`];
}
