import { describe, expect, it } from "vitest";
import { ModelError } from "../../src/errors.ts";
import { Model, type ModelOutput } from "../../src/models/model.ts";
import type { Price, Usage } from "../../src/models/usage.ts";

class CountingModel extends Model {
  readonly modelId = "counting";
  override readonly price: Price | undefined;
  readonly #usage: Usage | undefined;

  constructor(usage?: Usage, price?: Price) {
    super();
    this.#usage = usage;
    this.price = price;
  }

  protected override async doGenerate(): Promise<ModelOutput> {
    const message = { role: "assistant", content: "", toolCalls: [] } as const;
    return { message, ...(this.#usage ? { usage: this.#usage } : {}) };
  }
}

const usage: Usage = { inputTokens: 1_000_000, outputTokens: 0, totalTokens: 1_000_000 };
const price: Price = { inputPerMillion: 2, outputPerMillion: 8 };

async function usageOf(model: Model): Promise<Usage | undefined> {
  const { usage: counted } = await model.generate({ messages: [] });
  return counted;
}

describe("Model", () => {
  it("adds what a call cost to its usage", async () => {
    expect(await usageOf(new CountingModel(usage, price))).toEqual({ ...usage, costUsd: 2 });
  });

  it("leaves the cost that the model counted itself", async () => {
    expect(await usageOf(new CountingModel({ ...usage, costUsd: 5 }, price))).toEqual({ ...usage, costUsd: 5 });
  });

  it("knows no cost without a price", async () => {
    expect(await usageOf(new CountingModel(usage))).toEqual(usage);
  });

  it("knows no cost without a usage", async () => {
    expect(await usageOf(new CountingModel(undefined, price))).toBeUndefined();
  });

  it.each([undefined, {}, { content: "x" }, { message: { content: "x" } }])(
    "says what is wanted of a model that gives %j",
    async (output) => {
      const model = new CountingModel();
      Object.assign(model, { doGenerate: async () => output });
      const asked = model.generate({ messages: [{ role: "user", content: "Go" }] });
      await expect(asked).rejects.toBeInstanceOf(ModelError);
      await expect(asked).rejects.toThrow(/no valid output\. Wanted is \{ message:/);
    },
  );

  it("sees images unless it says otherwise", () => {
    expect(new CountingModel().seesImages).toBe(true);
  });
});
