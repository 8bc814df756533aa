import { readFields } from "../otlp/proto-reader.ts";

/** Is what a destination answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * Says what becomes of a batch after an attempt to send it.
 *
 * "retry" keeps the batch, and waits; "split" says that the batch itself was refused: it is sent in halves, until what is refused stands alone.
 */
export type Outcome =
  | { readonly type: "delivered" }
  | { readonly type: "split"; readonly reason: string }
  | {
      readonly type: "retry";
      readonly reason: string;
      /** Milliseconds that the destination asked for. */
      readonly afterMs?: number | undefined;
      /** What only a person can mend: asked again seldom. */
      readonly slow: boolean;
      /** The server may be another one when it answers again, which has lost what it had in memory. */
      readonly isOutage: boolean;
    };

const REFUSED_BATCH = new Set([400, 413, 422]);
/** Beside those from 500 on. */
const RETRIED_SOON = new Set([408, 425, 429]);
/** Stands in every answer of Phoenix's own. */
export const PHOENIX_HEADER = "x-phoenix-server-version";
/** What the answer means, where its number alone does not say it. */
const EXPLANATIONS: Readonly<Record<number, string>> = {
  401: "the key is missing or wrong: set apiKey, PHOENIX_API_KEY or headers",
  403: "the key may not write there",
  404: "there is no OTLP receiver at this address: the path is usually /v1/traces",
  405: "there is no OTLP receiver at this address: the path is usually /v1/traces",
  415: "the receiver does not take OTLP as protobuf over HTTP (application/x-protobuf); it may want JSON, or gRPC",
};

/** Longer is the fault of a clock; timers end at 24 days. */
const LONGEST_ASKED_MS = 86_400_000;
const STATUS_MESSAGE = 2;
const LONGEST_REASON_BYTES = 500;
const A_PAGE = "the answer is a web page, of a login or a proxy: there is no OTLP receiver at this address";

/** What is meant where the other side of a connection speaks another language. */
export const NO_HTTP = "this answers no HTTP: 4317 is OTLP's gRPC port; OTLP over HTTP is 4318, Phoenix's 6006";
/** OpenSSL's words for bytes that are no TLS. */
const PLAIN_HTTP = /wrong version number|packet length too long|http request/i;

/** What became of a batch that is to be sent again. */
export type Retry = Extract<Outcome, { readonly type: "retry" }>;

/** Reads an answer. What is no refusal of the batch itself is tried again, so that no answer costs a span. */
export function outcomeOf(answer: Answer): Outcome {
  const { status, headers, body } = answer;
  const isPage = isOk(status) && String(headers["content-type"]).startsWith("text/html");
  if (isOk(status) && !isPage) return { type: "delivered" };
  const reason = isPage ? `${status}: ${A_PAGE}` : describeAnswer(status, body);
  if (REFUSED_BATCH.has(status)) return { type: "split", reason };
  const afterMs = retryAfterMs(headers["retry-after"]);
  const slow = status < 500 && !RETRIED_SOON.has(status);
  return { type: "retry", reason, afterMs, slow, isOutage: status > 500 && !isPhoenix(answer) };
}

/** Whether Phoenix itself answered, and no proxy in its place. */
export function isPhoenix({ headers }: Pick<Answer, "headers">): boolean {
  return PHOENIX_HEADER in headers;
}

/** Reads a failure to get an answer: the network, or time. */
export function outcomeOfFailure(error: Error): Retry {
  return { type: "retry", reason: describeFailure(error), slow: false, isOutage: true };
}

/** Says in one line why there is no answer, and the way out where it is known. */
export function describeFailure(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  const reason = oneLine(error.message) || code || error.name;
  if (PLAIN_HTTP.test(reason)) return "the port answers plain HTTP: write http:// in place of https://";
  return code.startsWith("HPE_") ? NO_HTTP : reason;
}

/**
 * Reads a `Retry-After` header: seconds, or a date.
 *
 * Gives milliseconds from now, a day at most, or undefined for what is neither. Source: RFC 9110, 10.2.3.
 */
export function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const text = [header].flat()[0]?.trim();
  if (text === undefined || text === "") return undefined;
  const afterMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(afterMs) ? undefined : Math.min(Math.max(0, afterMs), LONGEST_ASKED_MS);
}

function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}

function describeAnswer(status: number, body: Buffer): string {
  const explanation = EXPLANATIONS[status];
  if (explanation !== undefined) return `${status}: ${explanation}`;
  if (status >= 300 && status < 400) return `${status}: the address is elsewhere, and OTLP is not sent on by redirects`;
  const text = printable(messageIn(body) ?? body);
  return text === "" ? `${status}` : `${status}: ${text}`;
}

/** OTLP servers say why in a protobuf `Status`, whose second field is for people. */
function messageIn(body: Buffer): Buffer | undefined {
  return readFields(body)?.find(({ number }) => number === STATUS_MESSAGE)?.content;
}

/** The first words, without the tags of a page. */
function printable(body: Buffer): string {
  const text = body
    .subarray(0, LONGEST_REASON_BYTES)
    .toString("utf8")
    .replaceAll(/<[^>]*>/g, " ");
  return oneLine(text);
}

function oneLine(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S}]+/gu, " ").trim();
}
