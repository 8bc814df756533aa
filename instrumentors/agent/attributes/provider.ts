import { LLMProvider, LLMSystem } from "@arizeai/openinference-semantic-conventions";
import { AzureOpenAIModel } from "../../../src/models/azure-openai-model.ts";
import type { Model } from "../../../src/models/model.ts";
import { OpenAIModel } from "../../../src/models/openai-model.ts";

/** Well-known providers by the end of their host's name. */
const PROVIDERS: readonly (readonly [suffix: string, provider: string])[] = [
  ["api.openai.com", LLMProvider.OPENAI],
  ["openai.azure.com", LLMProvider.AZURE],
  ["services.ai.azure.com", LLMProvider.AZURE],
  ["api.anthropic.com", LLMProvider.ANTHROPIC],
  ["api.mistral.ai", LLMProvider.MISTRALAI],
  ["cohere.com", LLMProvider.COHERE],
  ["cohere.ai", LLMProvider.COHERE],
  ["googleapis.com", LLMProvider.GOOGLE],
  ["amazonaws.com", LLMProvider.AWS],
  ["api.x.ai", LLMProvider.XAI],
  ["api.deepseek.com", LLMProvider.DEEPSEEK],
  ["api.groq.com", LLMProvider.GROQ],
  ["api.fireworks.ai", LLMProvider.FIREWORKS],
  ["moonshot.ai", LLMProvider.MOONSHOT],
  ["moonshot.cn", LLMProvider.MOONSHOT],
  ["api.cerebras.ai", LLMProvider.CEREBRAS],
  ["api.perplexity.ai", LLMProvider.PERPLEXITY],
  ["api.together.xyz", LLMProvider.TOGETHER],
  ["api.together.ai", LLMProvider.TOGETHER],
  ["ollama.com", LLMProvider.OLLAMA],
  ["api.z.ai", LLMProvider.ZAI],
  ["bigmodel.cn", LLMProvider.ZAI],
  ["minimax.io", LLMProvider.MINIMAX],
  ["api.llama.com", LLMProvider.META],
  // No well-known values, but no better names either.
  ["huggingface.co", "huggingface"],
  ["openrouter.ai", "openrouter"],
];

/** Who serves a model, told by its class where that says it, else by its host. */
export function providerOf(model: Model): string | undefined {
  return model instanceof AzureOpenAIModel ? LLMProvider.AZURE : hostProvider(model.baseURL);
}

/** By base URL: a program asks at few, again and again. */
const providers = new Map<string, string | undefined>();
const MAX_KNOWN = 100;

/** Who serves at a base URL, told by the host; undefined for a host that is nobody's, such as localhost. */
export function hostProvider(baseURL = ""): string | undefined {
  if (providers.has(baseURL)) return providers.get(baseURL);
  if (providers.size >= MAX_KNOWN) providers.clear();
  const provider = providerAt(URL.canParse(baseURL) ? new URL(baseURL).hostname : "");
  providers.set(baseURL, provider);
  return provider;
}

function providerAt(host: string): string | undefined {
  return PROVIDERS.find(([suffix]) => host === suffix || host.endsWith(`.${suffix}`))?.[1];
}

/** Well-known systems by the start of the model's name, with or without an owner before a slash. */
const SYSTEMS: readonly (readonly [prefix: RegExp, system: string])[] = [
  [/^(gpt|o1|o3|o4|chatgpt)/, LLMSystem.OPENAI],
  [/^claude/, LLMSystem.ANTHROPIC],
  [/^(mistral|mixtral|magistral|codestral|ministral)/, LLMSystem.MISTRALAI],
  [/^(gemini|gemma)/, LLMSystem.VERTEXAI],
  [/^command/, LLMSystem.COHERE],
  [/^grok/, "xai"],
  [/^deepseek/, "deepseek"],
  [/^(nova|titan)/, LLMSystem.AMAZON],
  [/^llama/, LLMSystem.META],
  [/^jamba/, LLMSystem.AI21],
];

/** Who serves an API of their own. All others serve one of OpenAI's shape, mostly. */
const OWN_APIS: ReadonlyMap<string | undefined, string> = new Map([
  [LLMProvider.ANTHROPIC, LLMSystem.ANTHROPIC],
  [LLMProvider.COHERE, LLMSystem.COHERE],
  [LLMProvider.GOOGLE, LLMSystem.VERTEXAI],
  [LLMProvider.AWS, LLMSystem.AMAZON],
]);

/**
 * Which API a model is asked by, whoever made it: "openai" by every class that speaks OpenAI's.
 *
 * Of a class of somebody's own the host tells; where there is none, the model's name, by its family, else the class's name.
 */
export function systemOf(model: Model): string {
  if (model instanceof OpenAIModel) return LLMSystem.OPENAI;
  if (model.baseURL !== undefined) return OWN_APIS.get(hostProvider(model.baseURL)) ?? LLMSystem.OPENAI;
  const name = model.modelId.toLowerCase().split("/").at(-1) ?? "";
  const family = SYSTEMS.find(([prefix]) => prefix.test(name))?.[1];
  return family ?? model.constructor.name.replace(/Model$/, "").toLowerCase();
}
