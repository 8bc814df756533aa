import { waitForTrace } from "../phoenix/phoenix-api.ts";
import { shown, type StoredTrace } from "./stored-trace.ts";

/** Reads a trace back from Phoenix, once so many spans are there. */
export async function readPhoenix(url: string, traceId: string, spans: number): Promise<StoredTrace> {
  const trace = await waitForTrace({ url, traceId, spans });
  return {
    text: JSON.stringify(trace),
    spans: trace.spans.map(({ spanId, parentId, name, kind, status, attributes, ...span }) => ({
      spanId,
      parentId,
      name,
      status,
      ...shown(flat(attributes)),
      kind,
      tokens: tokensOf(span),
    })),
  };
}

interface Counts {
  readonly tokenCountPrompt: number | null;
  readonly tokenCountCompletion: number | null;
}

/** Phoenix has counts of its own, which are zero where there are none. */
function tokensOf({ tokenCountPrompt, tokenCountCompletion }: Counts) {
  if (!tokenCountPrompt || !tokenCountCompletion) return null;
  return { prompt: tokenCountPrompt, completion: tokenCountCompletion };
}

/** Phoenix nests dotted names: `input.value` becomes `{ input: { value } }`. */
function flat(value: object, prefix = ""): Record<string, unknown> {
  const entries = Object.entries(value).map(([name, inner]: [string, unknown]) => {
    const key = `${prefix}${name}`;
    return typeof inner === "object" && inner !== null ? flat(inner, `${key}.`) : { [key]: inner };
  });
  return Object.assign({}, ...entries);
}
