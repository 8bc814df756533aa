import { LLMProvider, LLMSystem } from "@arizeai/openinference-semantic-conventions";
import { AzureOpenAIModel } from "../../../src/models/azure-openai-model.ts";
import type { Model } from "../../../src/models/model.ts";
import { OpenAIModel } from "../../../src/models/openai-model.ts";
import { hostProvider } from "../../shared/host-provider.ts";

/** Who serves a model, told by its class where that says it, else by its host. */
export function providerOf(model: Model): string | undefined {
  return model instanceof AzureOpenAIModel ? LLMProvider.AZURE : hostProvider(model.baseURL);
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
