import type { Retry } from "./outcome.ts";

const FIRST_MS = 500;
const LONGEST_MS = 30_000;
const SLOW_FIRST_MS = 10_000;
const SLOW_LONGEST_MS = 300_000;

/**
 * Says how long to wait before the next attempt, in milliseconds: twice as long each time up to a bound, there without an end, less up to a half by
 * chance so that many clients do not return at once; and never less than the destination asked for.
 */
export function backOffMs(failures: number, { slow, afterMs = 0 }: Pick<Retry, "slow" | "afterMs">): number {
  const [first, longest] = slow ? [SLOW_FIRST_MS, SLOW_LONGEST_MS] : [FIRST_MS, LONGEST_MS];
  const full = Math.min(longest, first * 2 ** Math.min(failures - 1, 30));
  return Math.max(afterMs, full * (1 - Math.random() / 2));
}
