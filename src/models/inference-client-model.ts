import { type ApiKey, apiKeyFor } from "./api-key.ts";
import { type ChatModelOptions, type ClientSettings, type OpenAIClient, OpenAIModel } from "./openai-model.ts";

/** Says which model of the Hugging Face Hub is asked, at which provider, and how. */
export interface InferenceClientModelOptions extends ChatModelOptions {
  /** "Qwen/Qwen3-Next-80B-A3B-Thinking" if not given. */
  readonly modelId?: string | undefined;
  /** "together", "cerebras", …, or a policy: "fastest", "cheapest". The router chooses if not given, or "auto". */
  readonly provider?: string | undefined;
  /** The organization that pays, in place of the token's owner. */
  readonly billTo?: string | undefined;
  /** HF_TOKEN if not given. */
  readonly token?: ApiKey | undefined;
  /** The same as `token`. */
  readonly apiKey?: ApiKey | undefined;
  /** The router of Hugging Face, https://router.huggingface.co/v1, if not given. */
  readonly baseURL?: string | undefined;
  /** How long each attempt waits for an answer to begin: 2 minutes if not given. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Asks a model of the Hugging Face Hub through the inference providers, by their router, which speaks OpenAI's Chat Completions.
 *
 * The model's id may be the only argument. The `openai` package is needed. Errors: ConfigurationError if there is no token; else as OpenAIModel.
 * Source: smolagents models.py, InferenceClientModel; https://huggingface.co/docs/inference-providers
 */
export class InferenceClientModel extends OpenAIModel {
  protected override readonly wireModelId: string;
  readonly #billTo: string | undefined;

  constructor(given: string | InferenceClientModelOptions = {}) {
    const options: InferenceClientModelOptions = typeof given === "string" ? { modelId: given } : given;
    const { modelId = "Qwen/Qwen3-Next-80B-A3B-Thinking", timeoutMs = 120_000, ...chosen } = options;
    const { provider, billTo, token, apiKey, baseURL, ...others } = chosen;
    const settings = { ...others, modelId, timeoutMs };
    super(others.client ? settings : { ...settings, ...router(baseURL, token ?? apiKey) });
    this.wireModelId = provider === undefined || provider === "auto" ? modelId : `${modelId}:${provider}`;
    this.#billTo = billTo;
  }

  protected override async createClient(settings: ClientSettings): Promise<OpenAIClient> {
    const { loadOpenAI } = await import("./openai-package.ts");
    const { OpenAI } = await loadOpenAI(this.constructor.name);
    const defaultHeaders = this.#billTo === undefined ? {} : { "X-HF-Bill-To": this.#billTo };
    return new OpenAI({ ...settings, defaultHeaders });
  }
}

/**
 * The name of InferenceClientModel in older programs.
 *
 * @alias
 */
export const HfApiModel = InferenceClientModel;
/** The name of InferenceClientModel in older programs. */
export type HfApiModel = InferenceClientModel;

function router(
  baseURL = "https://router.huggingface.co/v1",
  token: ApiKey | undefined,
): { readonly baseURL: string; readonly apiKey: ApiKey } {
  return {
    baseURL,
    apiKey: apiKeyFor(token, { baseURL, variable: "HF_TOKEN", owner: "InferenceClientModel", option: "token" }),
  };
}
