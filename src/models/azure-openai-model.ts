import { ConfigurationError } from "../errors.ts";
import { type ChatModelOptions, type ClientSettings, type OpenAIClient, OpenAIModel } from "./openai-model.ts";

/** Says which deployment is asked, where, and how. */
export interface AzureOpenAIModelOptions extends ChatModelOptions {
  /** The name of the deployment. */
  readonly modelId: string;
  /** AZURE_OPENAI_ENDPOINT if not given: `https://name.openai.azure.com`. */
  readonly endpoint?: string | undefined;
  /** AZURE_OPENAI_API_KEY if not given. */
  readonly apiKey?: string | undefined;
  /** OPENAI_API_VERSION if not given. */
  readonly apiVersion?: string | undefined;
  /** Gives a token of Microsoft Entra at each request, in place of a key. */
  readonly azureADTokenProvider?: (() => Promise<string>) | undefined;
}

/**
 * Asks a model that is deployed on Azure, by the `openai` package.
 *
 * For Azure's addresses that end in `/openai/v1`, which need no version, take OpenAIModel with that `baseURL`.
 * Deployments have names of their own: set `takesStop: false` where a reasoning model is behind one whose name does not tell.
 * Errors: ConfigurationError if endpoint, key or version is missing; else as OpenAIModel.
 * Source: smolagents models.py, AzureOpenAIModel.
 */
export class AzureOpenAIModel extends OpenAIModel {
  readonly #apiVersion: string;

  constructor(options: AzureOpenAIModelOptions) {
    const { endpoint, apiKey, apiVersion, azureADTokenProvider, ...others } = options;
    if (others.client) {
      super(others);
      this.#apiVersion = "";
      return;
    }
    const address = setting("endpoint", endpoint).replace(/\/+$/, "");
    super({ ...others, baseURL: `${address}/openai`, apiKey: azureADTokenProvider ?? setting("apiKey", apiKey) });
    this.#apiVersion = setting("apiVersion", apiVersion);
  }

  protected override async createClient({ baseURL, apiKey, fetch }: ClientSettings): Promise<OpenAIClient> {
    const { loadOpenAI } = await import("./openai-package.ts");
    const { AzureOpenAI } = await loadOpenAI(this.constructor.name);
    // Without a text for the key, the client takes that of the environment, and refuses to have both.
    const key = typeof apiKey === "string" ? { apiKey } : { apiKey: "", azureADTokenProvider: apiKey };
    return new AzureOpenAI({ baseURL, apiVersion: this.#apiVersion, fetch, ...key });
  }
}

const VARIABLES = {
  endpoint: "AZURE_OPENAI_ENDPOINT",
  apiKey: "AZURE_OPENAI_API_KEY",
  apiVersion: "OPENAI_API_VERSION",
} as const;

function setting(option: keyof typeof VARIABLES, given: string | undefined): string {
  const value = given || process.env[VARIABLES[option]];
  if (value) return value;
  const other = option === "apiKey" ? " or `azureADTokenProvider`" : "";
  throw new ConfigurationError(
    `AzureOpenAIModel lacks its ${option}. Set ${VARIABLES[option]}, or give \`${option}\`${other}.`,
  );
}
