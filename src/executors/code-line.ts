import { toError } from "../errors.ts";

/** Characters of a line that are shown. */
const MAX_LINE_LENGTH = 120;

/** Shows where in the code something happened: ` (line 3: const y = x + 1)`. Empty if that is unknown. */
export function atLine(code: string, line: number | undefined): string {
  if (line === undefined) return "";
  const text = code.split("\n")[line - 1]?.trim() ?? "";
  return ` (line ${line}: ${text.length > MAX_LINE_LENGTH ? `${text.slice(0, MAX_LINE_LENGTH)}…` : text})`;
}

/** Counts the lines up to a position; the first is 1. */
export function lineOf(code: string, position: number): number {
  return code.slice(0, position).split("\n").length;
}

/** Takes what acorn says of code apart: `Unexpected token (3:7)` is a problem in line 3. */
export function readSyntaxError(cause: unknown): { readonly problem: string; readonly line: number | undefined } {
  const { message } = toError(cause);
  const [, problem = message, line] = /^(.*?)(?: \((\d+):\d+\))?$/s.exec(message) ?? [];
  return { problem, line: line === undefined ? undefined : Number(line) };
}
