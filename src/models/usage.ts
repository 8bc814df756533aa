/**
 * Counts what model calls took. Tokens; US dollars.
 *
 * `inputTokens` and `outputTokens` are totals: `cachedTokens`, `cacheWriteTokens` and `audioInputTokens` are parts of the first, `reasoningTokens` and `audioOutputTokens` of the second.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly cachedTokens?: number;
  /** What the provider put into its cache, for later calls. */
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
  readonly audioInputTokens?: number;
  readonly audioOutputTokens?: number;
  readonly costUsd?: number;
}

/** What a model costs. US dollars per million tokens. */
export interface Price {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  /** Of input that the provider had in its cache. As the other input, if absent. */
  readonly cachedInputPerMillion?: number;
}

/** The usage of a run: all of it, and the parts of the agent itself and of the agents that it managed. */
export interface RunUsage extends Usage {
  readonly own: Usage;
  readonly managed: Usage;
}

/** Is the usage of a run that has not asked its model yet. */
export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };

/** Adds what the usage costs at a price, in `costUsd`. What the endpoint itself counted stays. */
export function withCost(usage: Usage, price: Price): Usage {
  if (usage.costUsd !== undefined) return usage;
  const { inputPerMillion, outputPerMillion, cachedInputPerMillion = inputPerMillion } = price;
  const { inputTokens, outputTokens, cachedTokens = 0 } = usage;
  const input = (inputTokens - cachedTokens) * inputPerMillion + cachedTokens * cachedInputPerMillion;
  return { ...usage, costUsd: (input + outputTokens * outputPerMillion) / 1_000_000 };
}

const PARTS = [
  "cachedTokens",
  "cacheWriteTokens",
  "reasoningTokens",
  "audioInputTokens",
  "audioOutputTokens",
  "costUsd",
] as const;

/** Adds two usages. A part that neither of them knows stays unknown. */
export function addUsage(left: Usage, right: Usage): Usage {
  const sum: { -readonly [Part in keyof Usage]: Usage[Part] } = {
    inputTokens: left.inputTokens + right.inputTokens,
    outputTokens: left.outputTokens + right.outputTokens,
    totalTokens: left.totalTokens + right.totalTokens,
  };
  for (const part of PARTS) {
    if (left[part] !== undefined || right[part] !== undefined) sum[part] = (left[part] ?? 0) + (right[part] ?? 0);
  }
  return sum;
}
