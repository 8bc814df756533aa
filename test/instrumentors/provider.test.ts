import { describe, expect, it } from "vitest";
import { Model, type ModelOutput } from "vitrine";
import { providerOf, systemOf } from "../../instrumentors/agent/attributes/provider.ts";

describe("providerOf", () => {
  it.each([
    ["https://api.openai.com/v1", "openai"],
    ["https://my.openai.azure.com/openai", "azure"],
    ["https://bedrock-runtime.us-east-1.amazonaws.com", "aws"],
    ["https://notapi.openai.com.example.org", undefined],
    ["https://smollama.com", undefined],
    ["http://localhost:8081/v1", undefined],
    ["not a url", undefined],
    [undefined, undefined],
  ])("takes %s for %s", (baseURL, provider) => {
    expect(providerOf(baseURL)).toBe(provider);
  });
});

describe("systemOf", () => {
  it.each([
    ["gpt-5-mini", undefined, "openai"],
    ["anthropic/claude-opus-5", undefined, "anthropic"],
    ["Qwen/Qwen3-Next-80B", "https://router.huggingface.co/v1", "openai"],
    ["parrot", undefined, "parrot"],
  ])("takes %s at %s for %s", (modelId, baseURL, system) => {
    class ParrotModel extends Model {
      readonly modelId = modelId;
      override readonly baseURL = baseURL;
      protected override doGenerate(): Promise<ModelOutput> {
        throw new Error("never asked");
      }
    }
    expect(systemOf(new ParrotModel())).toBe(system);
  });
});
