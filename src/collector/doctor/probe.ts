import { randomBytes } from "node:crypto";
import { toError } from "../../errors.ts";
import type { Destination } from "../delivery/destination.ts";
import { type Answer, describeFailure, NO_HTTP, outcomeOf, PHOENIX_HEADER } from "../delivery/outcome.ts";
import { askFor, sendRequest } from "../delivery/send-request.ts";
import { encodeSpan } from "../otlp/encode-span.ts";
import { decodePartialSuccess } from "../otlp/partial-success.ts";

/** A span that is sent to see whether it arrives. */
export interface Probe {
  readonly traceId: string;
  readonly spanId: string;
  readonly project: string;
}

const GRPC_PORT = "4317";
const READ_BACK_MS = 15_000;
const BETWEEN_MS = 250;

/** Makes up a probe. */
export function createProbe(project: string): Probe {
  return { traceId: randomBytes(16).toString("hex"), spanId: randomBytes(8).toString("hex"), project };
}

/** Sends a probe, and gives the answer. Errors: rejects with what went wrong, in words, also when the probe was refused. */
export async function sendProbe(destination: Destination, probe: Probe): Promise<Answer> {
  const answer = await sendRequest(destination, requestOf(probe)).catch((error: unknown) =>
    explainSilence(toError(error), destination),
  );
  const outcome = outcomeOf(answer);
  if (outcome.type !== "delivered") throw new Error(outcome.reason);
  const partial = decodePartialSuccess(answer.body);
  if (partial === undefined) return answer;
  throw new Error(`${partial.rejectedSpans} spans left out: ${partial.errorMessage || "no reason given"}`);
}

/** Gives the version of the Phoenix that answered; undefined where another backend did. */
export function phoenixVersion({ headers }: Answer): string | undefined {
  return [headers[PHOENIX_HEADER]].flat()[0];
}

/**
 * Reads a probe back from Phoenix.
 *
 * Errors: rejects when it is not there within 15 seconds, with what Phoenix said.
 */
export async function readBack(destination: Destination, { traceId, spanId, project }: Probe): Promise<string> {
  const query = new URLSearchParams({ trace_id: traceId });
  const path = `v1/projects/${encodeURIComponent(project)}/spans?${query.toString()}`;
  const address = new URL(destination.address.href.replace(/v1\/traces.*$/, path));
  const started = performance.now();
  for (let said = "nothing yet"; ;) {
    const { status, body } = await askFor(destination, address);
    const text = body.toString();
    if (status === 200 && text.includes(spanId)) return `stored after ${Math.ceil(performance.now() - started)} ms`;
    if (status !== 200) said = `${status} ${text.slice(0, 200)}`;
    if (performance.now() - started > READ_BACK_MS) throw new Error(`not stored within ${READ_BACK_MS} ms (${said})`);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
}

/** A gRPC server may also close the connection without a word. */
function explainSilence(error: Error, { address }: Destination): never {
  const reason = describeFailure(error);
  if (address.port !== GRPC_PORT || reason === NO_HTTP) throw error;
  throw new Error(`${reason}: ${NO_HTTP}`, { cause: error });
}

function requestOf({ traceId, spanId, project }: Probe): Buffer {
  const nowMs = Date.now();
  const time = [Math.floor(nowMs / 1_000), (nowMs % 1_000) * 1_000_000] as const;
  return encodeSpan({
    name: "vitrine doctor",
    kind: 0,
    spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
    startTime: time,
    endTime: time,
    status: { code: 1 },
    attributes: { "openinference.span.kind": "CHAIN", "input.value": "Does this arrive?" },
    links: [],
    events: [],
    resource: { attributes: { "openinference.project.name": project, "service.name": "vitrine doctor" } },
    instrumentationScope: { name: "vitrine" },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  });
}
