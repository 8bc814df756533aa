import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";

/** A span as Phoenix has stored it: names as in its GraphQL, but for `kind` (in capitals) and `status`. `attributes` is nested. */
export type PhoenixSpan = z.output<typeof spanSchema>;

/** A trace as Phoenix has stored it. Spans are in the order of their start. */
export interface PhoenixTrace {
  readonly traceId: string;
  readonly projectName: string;
  readonly spans: readonly PhoenixSpan[];
}

interface WaitOptions {
  /** Base URL of the Phoenix. */
  readonly url: string;
  /** Default: 30 s and 250 ms for each span waited for. An idle Phoenix stores 40 to 50 a second. */
  readonly timeoutMs?: number;
}

interface WaitForTraceOptions extends WaitOptions {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** At least so many spans. Default: 1. */
  readonly spans?: number;
  /** What must hold of the trace besides, for instance that its root has come. */
  readonly until?: (trace: PhoenixTrace) => boolean;
}

interface WaitForProjectTracesOptions extends WaitOptions {
  readonly projectName: string;
  /** At least so many traces. Default: 1. */
  readonly traces?: number;
}

const POLL_MS = 150;
const tokenCount = z.number().nullable();
const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const spanSchema = z.object({
  spanId: z.string(),
  parentId: z.string().nullable(),
  name: z.string(),
  kind: z.string().toUpperCase(),
  status: z.enum(["OK", "ERROR", "UNSET"]),
  statusMessage: z.string(),
  startTime: z.string(),
  endTime: z.string().nullable(),
  attributes: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.record(z.string(), z.unknown())),
  events: z.array(z.object({ name: z.string(), message: z.string(), attributes: z.record(z.string(), z.unknown()) })),
  tokenCountPrompt: tokenCount,
  tokenCountCompletion: tokenCount,
  tokenCountTotal: tokenCount,
  cumulativeTokenCountPrompt: tokenCount,
  cumulativeTokenCountCompletion: tokenCount,
  cumulativeTokenCountTotal: tokenCount,
});
const traceSchema = z.object({
  page: z
    .object({
      project: z.object({ name: z.string() }),
      spans: z.object({ pageInfo, edges: z.array(z.object({ node: spanSchema })) }),
    })
    .nullable(),
});
const projectSchema = z.object({
  page: z
    .object({
      spans: z.object({
        pageInfo,
        edges: z.array(z.object({ node: z.object({ trace: z.object({ traceId: z.string() }) }) })),
      }),
    })
    .nullable(),
});

// Phoenix gives at most 1000 spans a page.
const TRACE_QUERY = `query ($id: String!, $after: String) {
  page: getTraceByOtelId(traceId: $id) {
    project { name }
    spans(first: 1000, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        spanId parentId name kind: spanKind status: statusCode statusMessage startTime endTime attributes
        events { name message attributes }
        tokenCountPrompt tokenCountCompletion tokenCountTotal
        cumulativeTokenCountPrompt cumulativeTokenCountCompletion cumulativeTokenCountTotal
      } }
    }
  }
}`;
const PROJECT_QUERY = `query ($name: String!, $after: String) {
  page: getProjectByName(name: $name) {
    spans(first: 1000, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node { trace { traceId } } }
    }
  }
}`;

/**
 * Waits until Phoenix has stored a trace, and gives it.
 *
 * Phoenix answers 200 before it has stored a span, so "not there" means "not yet" until the deadline.
 * Errors: at the deadline an Error that shows the tree as far as it came.
 */
export async function waitForTrace(options: WaitForTraceOptions): Promise<PhoenixTrace> {
  const { url, traceId, spans = 1, until = () => true } = options;
  return poll({
    timeoutMs: options.timeoutMs ?? 30_000 + spans * 250,
    read: async () => readTrace(url, traceId),
    isEnough: (trace) => trace.spans.length >= spans && until(trace),
    describe: (trace) =>
      `Trace ${traceId} has ${trace.spans.length} spans in Phoenix; ${spans} are waited for:\n${spanTreeText(trace.spans)}`,
  });
}

/**
 * Waits until a project has traces, and gives their ids: the way to the run of a child process.
 *
 * The traces may still be incomplete; `waitForTrace` waits for one.
 */
export async function waitForProjectTraces(options: WaitForProjectTracesOptions): Promise<string[]> {
  const { url, projectName, traces = 1, timeoutMs = 30_000 + traces * 250 } = options;
  return poll({
    timeoutMs,
    read: async () => readTraceIds(url, projectName),
    isEnough: (ids) => ids.length >= traces,
    describe: (ids) => `Project "${projectName}" has ${ids.length} traces in Phoenix; ${traces} are waited for.`,
  });
}

/**
 * Draws the tree of spans as text, a line each: two spaces a level, `KIND name`, and the status in a column of its own.
 *
 * Shape: children in the order of their start; a span whose parent is not among the spans stands at the left and says so.
 */
export function spanTreeText(spans: readonly PhoenixSpan[]): string {
  const ids = new Set(spans.map((span) => span.spanId));
  const rows: { readonly label: string; readonly status: string }[] = [];
  const draw = (span: PhoenixSpan, depth: number): void => {
    const orphan = depth === 0 && span.parentId !== null ? " (parent missing)" : "";
    rows.push({ label: `${"  ".repeat(depth)}${span.kind} ${span.name}${orphan}`, status: span.status });
    for (const child of spans) if (child.parentId === span.spanId) draw(child, depth + 1);
  };
  for (const span of spans) if (span.parentId === null || !ids.has(span.parentId)) draw(span, 0);
  const width = Math.max(...rows.map((row) => row.label.length));
  return rows.map((row) => `${row.label.padEnd(width)}  ${row.status}`).join("\n");
}

async function readTrace(url: string, traceId: string): Promise<PhoenixTrace> {
  const spans: PhoenixSpan[] = [];
  let projectName = "";
  for (let after: string | null = null, more = true; more;) {
    const { page } = traceSchema.parse(await query(url, { query: TRACE_QUERY, variables: { id: traceId, after } }));
    if (page === null) break;
    projectName = page.project.name;
    spans.push(...page.spans.edges.map((edge) => edge.node));
    ({ endCursor: after, hasNextPage: more } = page.spans.pageInfo);
  }
  // Phoenix gives the newest row first. Rows are in the order of the spans' ends: that decides between equal starts.
  return { traceId, projectName, spans: spans.toReversed().toSorted(byStart) };
}

function byStart(a: PhoenixSpan, b: PhoenixSpan): number {
  if (a.startTime === b.startTime) return 0;
  return a.startTime < b.startTime ? -1 : 1;
}

async function readTraceIds(url: string, projectName: string): Promise<string[]> {
  const ids = new Set<string>();
  for (let after: string | null = null, more = true; more;) {
    const variables = { name: projectName, after };
    const { page } = projectSchema.parse(await query(url, { query: PROJECT_QUERY, variables }));
    if (page === null) break;
    for (const edge of page.spans.edges) ids.add(edge.node.trace.traceId);
    ({ endCursor: after, hasNextPage: more } = page.spans.pageInfo);
  }
  return [...ids];
}

async function query(url: string, body: { readonly query: string; readonly variables: unknown }): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`Phoenix answered ${response.status} to a query: ${await response.text()}`);
  const answer = z.object({ data: z.unknown(), errors: z.unknown().optional() }).parse(await response.json());
  // Errors come with status 200.
  if (answer.errors !== undefined) throw new Error(`Phoenix refused a query: ${JSON.stringify(answer.errors)}`);
  return answer.data;
}

interface Poll<T> {
  readonly timeoutMs: number;
  readonly read: () => Promise<T>;
  readonly isEnough: (value: T) => boolean;
  readonly describe: (value: T) => string;
}

async function poll<T>({ timeoutMs, read, isEnough, describe }: Poll<T>): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (isEnough(value)) return value;
    if (Date.now() > deadline) throw new Error(`${describe(value)}\n(after ${timeoutMs} ms)`);
    await delay(POLL_MS);
  }
}
