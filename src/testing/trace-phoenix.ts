import { ConfigurationError, reasonOf, toError } from "../errors.ts";
import { isTree, parseJson, valueAt } from "./trace-attributes.ts";

/** Names a trace that a Phoenix has stored. */
export interface PhoenixTraceSource {
  /** The address of the Phoenix, e.g. `http://localhost:6006`. */
  readonly phoenix: string;
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** For a Phoenix that asks for one. Default: `PHOENIX_API_KEY` of the environment. */
  readonly apiKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

// Phoenix gives at most 1000 spans a page.
const QUERY = `query ($id: String!, $after: String) {
  trace: getTraceByOtelId(traceId: $id) {
    spans(first: 1000, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        spanId parentId name spanKind statusCode statusMessage startTime attributes
        events { name message attributes }
      } }
    }
  }
}`;

/**
 * Reads the spans of a trace from a Phoenix, through its GraphQL interface: it needs no project, and has attributes as they are stored.
 *
 * Errors: ConfigurationError when nothing answers, the answer is a refusal, or there is no such trace.
 */
export async function readPhoenixTrace(source: PhoenixTraceSource): Promise<readonly unknown[]> {
  const spans: unknown[] = [];
  for (let after: unknown = null, more = true; more;) {
    const page = valueAt(await ask(source, after), "trace.spans");
    if (!isTree(page) || !Array.isArray(page["edges"])) throw new ConfigurationError(notThere(source));
    spans.push(...page["edges"].map(readEdge));
    more = valueAt(page, "pageInfo.hasNextPage") === true;
    after = valueAt(page, "pageInfo.endCursor");
  }
  if (spans.length === 0) throw new ConfigurationError(notThere(source));
  // The newest row comes first. Rows are in the order of the spans' ends: that decides between equal starts.
  return spans.toReversed();
}

function readEdge(edge: unknown): unknown {
  const node = isTree(edge) && isTree(edge["node"]) ? edge["node"] : {};
  const { attributes } = node;
  return { ...node, attributes: typeof attributes === "string" ? parseJson(attributes) : attributes };
}

async function ask(source: PhoenixTraceSource, after: unknown) {
  const { traceId, apiKey = process.env["PHOENIX_API_KEY"], signal } = source;
  const phoenix = source.phoenix.replace(/\/+$/, "");
  const fail = (fault: string, cause?: unknown): never => {
    throw new ConfigurationError(`Trace ${traceId} cannot be read from the Phoenix at ${phoenix}: ${fault}`, { cause });
  };
  if (!/^https?:\/\//i.test(phoenix)) return fail("that is no address of the web: one begins with http:// or https://");
  const response = await fetch(`${phoenix}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
    body: JSON.stringify({ query: QUERY, variables: { id: traceId, after } }),
    signal: signal ?? null,
  }).catch((thrown: unknown) => fail(reasonOf(toError(thrown)), thrown));
  const text = await response.text();
  const answer = parseJson(text);
  if (!response.ok) return fail(`it answered ${response.status}: ${text.slice(0, 200)}`);
  // Faults of a query come with status 200.
  if (!isTree(answer) || !isTree(answer["data"])) return fail(`it answered ${text.slice(0, 200)}`);
  return answer["data"];
}

function notThere({ phoenix, traceId }: PhoenixTraceSource): string {
  return `The Phoenix at ${phoenix} has no trace ${traceId}. It stores a trace some moments after it was sent: try again, or look into the project that it was sent to.`;
}
