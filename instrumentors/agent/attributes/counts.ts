import type { Attributes } from "@opentelemetry/api";

/** Gives the counts that are known, under their names, in the same order. */
export function knownCounts(counts: readonly (readonly [name: string, count: number | undefined])[]): Attributes {
  return Object.fromEntries(counts.filter(([, count]) => count !== undefined));
}
