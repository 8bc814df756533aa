import { validateHeaderValue } from "node:http";
import { ConfigurationError, reasonOf, toError } from "../errors.ts";
import { isTree, parseJson, valueAt } from "./trace-attributes.ts";

/** Names a trace that a Phoenix has stored. */
export interface PhoenixTraceSource {
  /** The address of the Phoenix, e.g. `http://localhost:6006`, or the one that spans are sent to. User and password may stand in it. */
  readonly phoenix: string;
  /** 32 hexadecimal digits, in any case of letters. */
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
 * Errors: ConfigurationError for a source that names no trace of a Phoenix, and when nothing answers, the answer is a refusal, or there is no such trace.
 */
export async function readPhoenixTrace(source: PhoenixTraceSource): Promise<readonly unknown[]> {
  checkSource(source);
  const place = placeOf(source);
  const spans: unknown[] = [];
  for (let after: unknown = null, more = true; more;) {
    const page = valueAt(await ask(place, after), "trace.spans");
    if (!isTree(page) || !Array.isArray(page["edges"])) throw new ConfigurationError(notThere(place));
    spans.push(...page["edges"].map(readEdge));
    more = valueAt(page, "pageInfo.hasNextPage") === true;
    after = valueAt(page, "pageInfo.endCursor");
  }
  if (spans.length === 0) throw new ConfigurationError(notThere(place));
  // The newest row comes first. Rows are in the order of the spans' ends: that decides between equal starts.
  return spans.toReversed();
}

const OPTIONS = ["phoenix", "traceId", "apiKey", "signal"];
const WANTED =
  'It takes finished spans, the path of a file, or { phoenix: "http://host:6006", traceId: "…" }, with apiKey and signal if need be.';

function checkSource(source: unknown): void {
  if (!isTree(source)) throw refusal(`was given ${source === null ? "null" : typeof source}.`);
  for (const name of Object.keys(source)) {
    if (!OPTIONS.includes(name)) throw refusal(`knows no option "${name}".`);
  }
  const { phoenix, traceId, apiKey } = source;
  if (typeof phoenix !== "string") throw refusal("needs phoenix, the address of the Phoenix as a string.");
  if (typeof traceId !== "string") throw refusal("needs traceId, the id of the trace as a string.");
  if (!/^[\da-f]{32}$/i.test(traceId))
    throw refusal(`needs a traceId of 32 hexadecimal digits, and was given "${traceId}".`);
  // Nothing of a key is shown.
  if (apiKey !== undefined && typeof apiKey !== "string") throw refusal("needs an apiKey that is a string.");
}

function refusal(fault: string): ConfigurationError {
  return new ConfigurationError(`fromTrace() ${fault} ${WANTED}`);
}

/** Says what is asked of whom. */
interface Place {
  /** Without user, password, query and fragment, which may hold secrets; without a slash at the end. */
  readonly address: string;
  readonly traceId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

function placeOf({ phoenix, signal, ...source }: PhoenixTraceSource): Place {
  const traceId = source.traceId.toLowerCase();
  // One read from a file ends in a line break.
  const apiKey = (source.apiKey ?? process.env["PHOENIX_API_KEY"])?.trim();
  const url = URL.canParse(phoenix) ? new URL(phoenix) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const shown = phoenix.replace(/^(\w+:\/\/)?(.*[?#].*@.*|.*@)/s, "$1…@").replace(/[?#].*/s, "");
    throw failure({ address: shown, traceId }, "that is no address of the web: one begins with http:// or https://");
  }
  const address = url.origin + url.pathname.replace(/\/*(\/v1\/traces)?\/*$/, "");
  const authorization = apiKey ? `Bearer ${apiKey}` : basic(url, { address, traceId });
  if (authorization === undefined) return { address, traceId, signal, headers: {} };
  checkHeader(authorization, { address, traceId });
  return { address, traceId, signal, headers: { authorization } };
}

type Names = Pick<Place, "address" | "traceId">;

/** Makes the header of user and password, which fetch takes in no address. */
function basic({ username, password }: URL, names: Names): string | undefined {
  if (username === "" && password === "") return undefined;
  try {
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(credentials).toString("base64")}`;
  } catch (cause) {
    throw failure(
      names,
      "user or password hold a % that begins no code such as %40. Write the % itself as %25.",
      cause,
    );
  }
}

/** What fetch says of a header that cannot be sent shows all of it. */
function checkHeader(authorization: string, names: Names): void {
  try {
    validateHeaderValue("authorization", authorization);
  } catch {
    throw failure(names, "the API key holds a character that HTTP does not allow, such as a line break");
  }
}

function readEdge(edge: unknown): unknown {
  const node = isTree(edge) && isTree(edge["node"]) ? edge["node"] : {};
  const { attributes } = node;
  return { ...node, attributes: typeof attributes === "string" ? parseJson(attributes) : attributes };
}

async function ask(place: Place, after: unknown) {
  const { address, traceId, headers, signal } = place;
  const response = await fetch(`${address}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query: QUERY, variables: { id: traceId, after } }),
    signal: signal ?? null,
  }).catch((thrown: unknown) => {
    throw failure(place, reasonOf(toError(thrown)), thrown);
  });
  const text = await response.text();
  const answer = parseJson(text);
  if (!response.ok) throw failure(place, `it answered ${response.status}: ${text.slice(0, 200)}`);
  // Faults of a query come with status 200.
  if (!isTree(answer) || !isTree(answer["data"])) throw failure(place, `it answered ${text.slice(0, 200)}`);
  return answer["data"];
}

function failure({ address, traceId }: Names, fault: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError(`Trace ${traceId} cannot be read from the Phoenix at ${address}: ${fault}`, { cause });
}

function notThere({ address, traceId }: Names): string {
  return `The Phoenix at ${address} has no trace ${traceId}. It stores a trace some moments after it was sent: try again, or look into the project that it was sent to.`;
}
