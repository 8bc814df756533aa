import { describe, truncateMiddle } from "../describe.ts";
import type { ExecutionResult } from "../executors/executor.ts";

const MAX_VALUE_LENGTH = 20_000;
const MAX_LOGS_LENGTH = 50_000;
const NOTHING_TO_SEE =
  "The code ran, but printed nothing and has no last value: print what you want to know with console.log().";

/** Writes what code gave, for the model to read: what was printed, then the last value; each cut in the middle where it is too long. */
export function observationText({ text, value, isFinalAnswer }: ExecutionResult, logs: readonly string[]): string {
  if (value === undefined && !isFinalAnswer) return logs.length > 0 ? logsText(logs).trimEnd() : NOTHING_TO_SEE;
  const last = isFinalAnswer ? describe(value) : text;
  return `${logsText(logs)}Last output from code snippet:\n${truncateMiddle(last, MAX_VALUE_LENGTH)}`;
}

/** Writes what was printed; nothing, if nothing was. */
export function logsText(logs: readonly string[]): string {
  return logs.length === 0 ? "" : `Execution logs:\n${truncateMiddle(logs.join("\n"), MAX_LOGS_LENGTH)}\n`;
}
