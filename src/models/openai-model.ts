import { ConfigurationError } from "../errors.ts";
import { type ApiKey, apiKeyFor } from "./api-key.ts";
import { type GenerateOptions, type GenerateRequest, Model, type ModelOutput, type ModelParameters } from "./model.ts";
import type { OpenAIClient } from "./openai-package.ts";
import { type RoleNames, toChatRequest } from "./openai-wire.ts";
import { Pace } from "../pace.ts";
import type { Price } from "./usage.ts";

export type { OpenAIClient } from "./openai-package.ts";

/**
 * Says how an endpoint of Chat Completions is asked, whichever it is.
 *
 * What is not named here is a parameter of every request, under the name of the endpoint: `temperature: 0`.
 */
export interface ChatModelOptions extends ModelParameters {
  /** A client of your own, with its own address, key and fetch. Its retries are not seen: `onRetry` is not called. */
  readonly client?: OpenAIClient | undefined;
  /** Retries after 408, 409, 429, 5xx and failures of the network: 2 if not given. */
  readonly maxRetries?: number | undefined;
  /** How long each attempt waits for an answer to begin: 10 minutes if not given. */
  readonly timeoutMs?: number | undefined;
  /** Spaces the requests of all who share this model evenly; the retries of one request come on top. */
  readonly requestsPerMinute?: number | undefined;
  /** What tokens cost, to count the cost of each call. */
  readonly price?: Price | undefined;
  /** Whether the model can be shown images: true if not given. */
  readonly seesImages?: boolean | undefined;
  /** Other names for roles, where the endpoint wants them: `{ system: "developer" }`. */
  readonly roles?: RoleNames | undefined;
  /** Whether the endpoint takes `stop` for this model: told by the model's id if not given. Where it does not, the text is cut here. */
  readonly takesStop?: boolean | undefined;
}

/** Says which model is asked, where, and how. */
export interface OpenAIModelOptions extends ChatModelOptions {
  readonly modelId: string;
  /** OPENAI_BASE_URL, else OpenAI itself, if not given. */
  readonly baseURL?: string | undefined;
  /** OPENAI_API_KEY if not given. Servers on this machine need none. */
  readonly apiKey?: ApiKey | undefined;
}

/** What a client is made with. */
export interface ClientSettings {
  readonly baseURL: string;
  readonly apiKey: ApiKey;
  /** Makes retries visible. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
}

/**
 * Asks a model behind any endpoint that speaks OpenAI's Chat Completions, by the `openai` package.
 *
 * A call that comes without an id gets `call_` and a random UUID, so that its result can be told from others in any later request.
 * Errors: ConfigurationError if there is no key, or the package is not installed; ModelError with `status`, `requestId` and `body` when a call failed.
 * Source: smolagents models.py, OpenAIModel.
 */
export class OpenAIModel extends Model {
  readonly modelId: string;
  override readonly baseURL: string;
  override readonly parameters: ModelParameters;
  override readonly seesImages: boolean;
  override readonly price: Price | undefined;
  /** The model's name in requests. */
  protected readonly wireModelId: string;
  readonly #apiKey: ApiKey;
  readonly #wire: { readonly roles: RoleNames | undefined; readonly takesStop: boolean | undefined };
  readonly #requestOptions: object;
  readonly #pace: Pace | undefined;
  #client: Promise<OpenAIClient> | undefined;

  constructor(options: OpenAIModelOptions) {
    super();
    const { modelId, baseURL, apiKey, client, maxRetries, timeoutMs, ...others } = options;
    const { requestsPerMinute, price, seesImages = true, roles, takesStop, ...parameters } = others;
    if (client && (baseURL !== undefined || apiKey !== undefined))
      throw new ConfigurationError(
        `A client has its own address and key: give ${new.target.name} \`client\`, or \`baseURL\` and \`apiKey\`.`,
      );
    this.modelId = modelId;
    this.wireModelId = modelId;
    this.baseURL = client?.baseURL ?? (baseURL || process.env["OPENAI_BASE_URL"] || "https://api.openai.com/v1");
    assertParameters(parameters);
    this.parameters = parameters;
    this.seesImages = seesImages;
    this.price = price;
    assertAddress(this.baseURL);
    const keyPlace = { variable: "OPENAI_API_KEY", owner: "OpenAIModel", option: "apiKey" };
    this.#apiKey = client ? "" : apiKeyFor(apiKey, { baseURL: this.baseURL, ...keyPlace });
    this.#wire = { roles, takesStop };
    // The client refuses a timeout that is undefined.
    this.#requestOptions = {
      ...(maxRetries === undefined ? {} : { maxRetries }),
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    };
    this.#pace = requestsPerMinute === undefined ? undefined : Pace.ofRequestsPerMinute(requestsPerMinute);
    this.#client = client && Promise.resolve(client);
  }

  override invocationParameters(request: GenerateRequest): ModelParameters {
    // Tools are written all the same: without any, none may be chosen.
    const { messages: _messages, tools: _tools, ...parameters } = this.#bodyOf({ ...request, messages: [] });
    return parameters;
  }

  protected override async doGenerate(request: GenerateRequest, options: GenerateOptions): Promise<ModelOutput> {
    // What reads answers is loaded with the client, when there is something to ask.
    const { callClient } = await import("./openai-call.ts");
    const { watchedFetch } = await import("./retry.ts");
    const settings = { baseURL: this.baseURL, apiKey: this.#apiKey, fetch: watchedFetch };
    const client = await (this.#client ??= this.createClient(settings));
    await this.#pace?.untilFree(options.signal);
    const { modelId, baseURL } = this;
    const call = { modelId, baseURL, body: this.#bodyOf(request), stopSequences: request.stopSequences };
    return callClient(client, { ...options, ...call, requestOptions: this.#requestOptions });
  }

  /** Makes the client, once, before the first request. Override it to ask through another one. */
  protected async createClient(settings: ClientSettings): Promise<OpenAIClient> {
    const { loadOpenAI } = await import("./openai-package.ts");
    const { OpenAI } = await loadOpenAI(this.constructor.name);
    return new OpenAI(settings);
  }

  #bodyOf(request: GenerateRequest): ModelParameters {
    return toChatRequest(request, { modelId: this.wireModelId, parameters: this.parameters, ...this.#wire });
  }
}

/** Endpoints write their parameters in small letters: any other is an option that was misspelt, and would be sent. */
function assertParameters(parameters: ModelParameters): void {
  const misspelt = Object.keys(parameters).find((key) => /[A-Z]/.test(key) || key === "apikey");
  if (misspelt === undefined) return;
  throw new ConfigurationError(
    `"${misspelt}" is no option of this model, and no parameter of an endpoint, which are written like max_completion_tokens. The options are: ${OPTIONS.join(", ")}.`,
  );
}

const OPTIONS = [
  "modelId",
  "baseURL",
  "apiKey",
  "client",
  "maxRetries",
  "timeoutMs",
  "requestsPerMinute",
  "price",
  "seesImages",
  "roles",
  "takesStop",
];

function assertAddress(baseURL: string): void {
  if (URL.canParse(baseURL) && /^https?:/.test(baseURL)) return;
  throw new ConfigurationError(`The base URL "${baseURL}" is no http(s) URL. Write it as https://host/v1.`);
}
