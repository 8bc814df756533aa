import { describe, expect, it } from "vitest";
import { AzureOpenAIModel, InferenceClientModel, Model, type ModelOutput, OpenAIModel } from "vitrine";
import { hostProvider, providerOf, systemOf } from "../../instrumentors/agent/attributes/provider.ts";

describe("providerOf", () => {
  it.each([
    [new OpenAIModel({ modelId: "m", apiKey: "k", baseURL: "https://api.groq.com/openai/v1" }), "groq"],
    [
      new AzureOpenAIModel({ modelId: "m", apiKey: "k", endpoint: "https://proxy.example.org", apiVersion: "1" }),
      "azure",
    ],
    [new InferenceClientModel({ modelId: "m", token: "t" }), "huggingface"],
    [new InferenceClientModel({ modelId: "m", token: "t", baseURL: "https://api.together.xyz/v1" }), "together"],
  ] as const)("tells of %o that it is served by %s", (model, provider) => {
    expect(providerOf(model)).toBe(provider);
  });
});

describe("hostProvider", () => {
  it.each([
    ["https://api.openai.com/v1", "openai"],
    ["https://my.openai.azure.com/openai", "azure"],
    ["https://bedrock-runtime.us-east-1.amazonaws.com", "aws"],
    ["https://openrouter.ai/api/v1", "openrouter"],
    ["https://api.z.ai/api/paas/v4", "zai"],
    ["https://notapi.openai.com.example.org", undefined],
    ["https://smollama.com", undefined],
    ["http://localhost:8081/v1", undefined],
    ["not a url", undefined],
    [undefined, undefined],
  ])("takes %s for %s", (baseURL, provider) => {
    expect(hostProvider(baseURL)).toBe(provider);
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
