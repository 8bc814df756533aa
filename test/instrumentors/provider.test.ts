import { describe, expect, it } from "vitest";
import { AzureOpenAIModel, InferenceClientModel, Model, type ModelOutput, OpenAIModel } from "vitrine";
import { providerOf, systemOf } from "../../instrumentors/agent/attributes/provider.ts";
import { hostProvider } from "../../instrumentors/shared/host-provider.ts";

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
  class ParrotModel extends Model {
    readonly modelId: string;
    override readonly baseURL: string | undefined;

    constructor(modelId: string, baseURL: string | undefined) {
      super();
      this.modelId = modelId;
      this.baseURL = baseURL;
    }

    protected override doGenerate(): Promise<ModelOutput> {
      throw new Error("never asked");
    }
  }

  it.each([
    ["gpt-5-mini", undefined, "openai"],
    ["anthropic/claude-opus-5", undefined, "anthropic"],
    ["gemma3", undefined, "vertexai"],
    ["parrot", undefined, "parrot"],
    ["gemma3", "http://localhost:11434/v1", "openai"],
    ["Qwen/Qwen3-Next-80B", "https://router.huggingface.co/v1", "openai"],
    ["claude-opus-5", "https://api.anthropic.com/v1", "anthropic"],
    ["command-a", "https://api.cohere.com/v2", "cohere"],
    ["gemini-3-pro", "https://generativelanguage.googleapis.com/v1beta", "vertexai"],
    ["nova-pro", "https://bedrock-runtime.us-east-1.amazonaws.com", "amazon"],
  ])("takes %s at %s for %s", (modelId, baseURL, system) => {
    expect(systemOf(new ParrotModel(modelId, baseURL))).toBe(system);
  });

  it.each([
    new OpenAIModel({ modelId: "llama3", apiKey: "k", baseURL: "http://localhost:11434/v1" }),
    new OpenAIModel({ modelId: "gemma3", apiKey: "k", baseURL: "http://localhost:11434/v1" }),
    new OpenAIModel({ modelId: "claude-opus-5", apiKey: "k", baseURL: "https://api.anthropic.com/v1" }),
    new AzureOpenAIModel({ modelId: "grok-4", apiKey: "k", endpoint: "https://my.openai.azure.com", apiVersion: "1" }),
    new InferenceClientModel({ modelId: "deepseek-ai/DeepSeek-V4", token: "t" }),
  ])("takes $modelId for openai where it is asked by OpenAI's API: $baseURL", (model) => {
    expect(systemOf(model)).toBe("openai");
  });
});
