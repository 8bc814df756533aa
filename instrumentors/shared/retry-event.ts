import { reasonOf, toError } from "../../src/errors.ts";
import type { SpanEvent } from "./traced.ts";
import { EVENTS, HTTP_STATUS } from "./vitrine-attributes.ts";

/** Is a call of a model that is made once more. */
interface Retry {
  /** 1 for the first retry. */
  readonly attempt: number;
  /** What the last attempt failed by: in words, or what was thrown. */
  readonly reason: unknown;
  readonly status?: number | undefined;
}

/** Tells of a retry on the span of the call. */
export function retryEvent({ attempt, reason: why, status }: Retry): SpanEvent {
  const reason = typeof why === "string" ? why : reasonOf(toError(why));
  return {
    name: EVENTS.retry,
    attributes: { attempt, reason, ...(status === undefined ? {} : { [HTTP_STATUS]: status }) },
  };
}
