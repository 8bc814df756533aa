import { describe, expect, it } from "vitest";
import { addUsage, type Usage, withCost } from "../../src/models/usage.ts";

const price = { inputPerMillion: 2, outputPerMillion: 8 };
const usage: Usage = { inputTokens: 1000, outputTokens: 500, totalTokens: 1500 };

describe("withCost", () => {
  it("counts input and output at their prices", () => {
    expect(withCost(usage, price)).toEqual({ ...usage, costUsd: 0.006 });
  });

  it("counts cached input at its own price", () => {
    const cached = { ...usage, cachedTokens: 400 };

    const { costUsd } = withCost(cached, { ...price, cachedInputPerMillion: 0.5 });

    expect(costUsd).toBeCloseTo(0.0054, 12);
  });

  it("counts cached input as the other where it has no price", () => {
    expect(withCost({ ...usage, cachedTokens: 400 }, price).costUsd).toBe(0.006);
  });

  it("leaves a cost that the endpoint counted", () => {
    expect(withCost({ ...usage, costUsd: 0.1 }, price)).toEqual({ ...usage, costUsd: 0.1 });
  });
});

describe("addUsage", () => {
  it("adds every part that either of the two knows", () => {
    const sound = { ...usage, audioInputTokens: 3, audioOutputTokens: 1 };
    const cached = {
      ...usage,
      cachedTokens: 4,
      cacheWriteTokens: 6,
      reasoningTokens: 2,
      audioInputTokens: 5,
      costUsd: 1,
    };
    expect(addUsage(sound, cached)).toEqual({
      inputTokens: 2000,
      outputTokens: 1000,
      totalTokens: 3000,
      cachedTokens: 4,
      cacheWriteTokens: 6,
      reasoningTokens: 2,
      audioInputTokens: 8,
      audioOutputTokens: 1,
      costUsd: 1,
    });
  });
});
