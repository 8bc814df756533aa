import { readFields } from "./proto-reader.ts";

/** Is what a collector says of a request that it did not take whole. */
export interface PartialSuccess {
  /** How many spans it will not keep; 0 where it only warns. */
  readonly rejectedSpans: number;
  /** For people; may be empty. */
  readonly errorMessage: string;
}

/**
 * Reads the `partial_success` of an OTLP ExportTraceServiceResponse; undefined when all was taken, and for what is no such response.
 *
 * Source: opentelemetry/proto/collector/trace/v1/trace_service.proto.
 */
export function decodePartialSuccess(body: Uint8Array): PartialSuccess | undefined {
  const partial = readFields(Buffer.from(body))?.findLast(({ number }) => number === PARTIAL_SUCCESS);
  const fields = partial && readFields(partial.content);
  if (fields === undefined) return undefined;
  const rejected = fields.findLast(({ number }) => number === REJECTED_SPANS)?.integer ?? 0;
  const errorMessage = fields.findLast(({ number }) => number === ERROR_MESSAGE)?.content.toString() ?? "";
  // What is negative comes as a number that is past all counts.
  const rejectedSpans = Number.isSafeInteger(rejected) ? rejected : 0;
  return rejectedSpans > 0 || errorMessage !== "" ? { rejectedSpans, errorMessage } : undefined;
}

const PARTIAL_SUCCESS = 1;
const REJECTED_SPANS = 1;
const ERROR_MESSAGE = 2;
