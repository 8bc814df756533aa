import { toError } from "../../errors.ts";
import { describeFailure } from "../delivery/outcome.ts";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** "note" is what one may want to know, and no fault. */
  readonly verdict: "ok" | "fault" | "note";
  /** What was found, and for a fault the way out. */
  readonly said: string;
}

/** Does something that may fail, and makes a check of it. Errors: none, they become faults. */
export async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, verdict: "ok", said: await look() };
  } catch (error) {
    return { name, verdict: "fault", said: messageOf(error) };
  }
}

/** The reasons of an attempt at several addresses stand in a list. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(messageOf))].join("; ");
  return describeFailure(toError(error));
}
