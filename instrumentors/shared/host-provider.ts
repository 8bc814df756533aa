import { LLMProvider } from "@arizeai/openinference-semantic-conventions";

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
