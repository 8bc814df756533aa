import type { Attributes } from "@opentelemetry/api";

/** Gives the counts that are known, under their names, in the same order. */
export function knownCounts(counts: readonly (readonly [name: string, count: number | undefined])[]): Attributes {
  const attributes: Attributes = {};
  for (const [name, count] of counts) if (count !== undefined) attributes[name] = count;
  return attributes;
}

/** Takes off what binary fractions add to a sum of money: 0.1 + 0.2 is 0.3. */
export function roundedCost(costUsd: number | undefined): number | undefined {
  return costUsd === undefined ? undefined : Number(costUsd.toPrecision(12));
}
