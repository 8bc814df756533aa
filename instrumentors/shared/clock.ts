import type { HrTime } from "@opentelemetry/api";

/** How far the monotonic clock may be from the wall clock before it is set anew, in milliseconds: a machine that slept is further off. */
const TOLERANCE_MS = 50;
let offsetMs = Number.NaN;

/**
 * Tells the time in seconds and nanoseconds since the epoch, with fractions of a millisecond, never backwards while the wall clock is steady.
 *
 * SDK 2 starts a span at a whole millisecond, and ends it by another clock: siblings change places, and children outlast their parents.
 */
export function now(): HrTime {
  const [wallMs, monotonicMs] = [Date.now(), performance.now()];
  if (!(Math.abs(monotonicMs + offsetMs - wallMs) <= TOLERANCE_MS)) offsetMs = wallMs - monotonicMs;
  const timeMs = monotonicMs + offsetMs;
  const seconds = Math.floor(timeMs / 1000);
  return [seconds, Math.floor((timeMs - seconds * 1000) * 1e6)];
}
