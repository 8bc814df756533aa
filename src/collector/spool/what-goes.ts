import type { Segment } from "./segment.ts";
import { MEMORY_MAX_BYTES, type SpoolSettings } from "./spool-options.ts";

/** No span of ours has ended before 2020. */
const CLOCK_IS_SET_MS = Date.UTC(2020);

/** A segment that is kept no longer. */
interface Going {
  readonly segment: Segment;
  /** Spans in it that a destination has not taken. */
  readonly lost: number;
  /** Why they are lost; for a delivered segment, why it goes. */
  readonly reason: string;
}

type Bounds = Pick<SpoolSettings, "maxBytes" | "maxAgeMs" | "retainMs">;

interface Kept {
  /** The segment that is written to: it stays. */
  readonly active: Segment | undefined;
  /** Bytes for which room is wanted at once: above 0, nothing goes where there is. */
  readonly roomBytes: number;
}

/**
 * Says which segments are kept no longer: the delivered after their time, the undelivered after theirs, and when there are too many bytes,
 * first the oldest delivered ones, then the oldest. What is in memory has a bound of its own, and is not kept when it was delivered.
 */
export function segmentsToGo(segments: readonly Segment[], settings: Bounds, kept: Kept): Going[] {
  const inFiles = segments.filter(({ isOnDisk }) => isOnDisk);
  const inMemory = segments.filter(({ isOnDisk }) => !isOnDisk);
  const memory = { ...settings, retainMs: 0, maxBytes: MEMORY_MAX_BYTES };
  return [...toGo(inFiles, settings, kept), ...toGo(inMemory, memory, kept)];
}

/**
 * Whether the last thing was written to a segment longer ago than that. One that was written while the clock was not set yet does not age: a
 * machine without a battery begins in 1970.
 */
export function isOlder({ writtenAtMs }: Segment, maxAgeMs: number): boolean {
  return writtenAtMs > CLOCK_IS_SET_MS && Date.now() - writtenAtMs > maxAgeMs;
}

function toGo(segments: readonly Segment[], bounds: Bounds, { active, roomBytes }: Kept): Going[] {
  const wanted = bytes(segments) + roomBytes;
  if (roomBytes > 0 && wanted <= bounds.maxBytes) return [];
  const now = Date.now();
  const closed = segments.filter((segment) => segment !== active);
  const old = closed.flatMap((segment) => aged(segment, bounds, now) ?? []);
  const gone = new Set(old.map(({ segment }) => segment));
  const kept = closed.filter((segment) => !gone.has(segment));
  const surplus = [...kept.filter(({ isDelivered }) => isDelivered), ...kept.filter(({ isDelivered }) => !isDelivered)];
  let excess = wanted - bytes([...gone]) - bounds.maxBytes;
  const crowdedOut = surplus.filter((segment) => {
    if (excess <= 0) return false;
    excess -= segment.size;
    return true;
  });
  return [...old, ...crowdedOut.map((segment) => ({ segment, lost: segment.waiting, reason: "spool full" }))];
}

function aged(segment: Segment, { maxAgeMs, retainMs }: Bounds, now: number): Going | undefined {
  if (segment.isDelivered && now - segment.deliveredAtMs >= retainMs) return { segment, lost: 0, reason: "delivered" };
  if (!segment.isDelivered && isOlder(segment, maxAgeMs)) {
    return { segment, lost: segment.waiting, reason: "too old" };
  }
  return undefined;
}

function bytes(segments: readonly Segment[]): number {
  return segments.reduce((sum, { size }) => sum + size, 0);
}
