import { randomUUID } from "node:crypto";
import { throwIfAborted } from "../abort.ts";
import { AgentError, ConfigurationError } from "../errors.ts";
import { type ApiKey, apiKeyFor } from "./api-key.ts";
import { type ChatCompletion, readChatCompletion } from "./chat-completion.ts";
import { type GenerateOptions, type GenerateRequest, Model, type ModelOutput, type ModelParameters } from "./model.ts";
import { toModelError } from "./openai-failure.ts";
import { loadOpenAI } from "./openai-package.ts";
import { gatherChunks } from "./openai-stream.ts";
import { fromChatCompletion, type RoleNames, toChatRequest } from "./openai-wire.ts";
import { Pace } from "./pace.ts";
import { watchedFetch, watchRetries } from "./retry.ts";
import type { Price } from "./usage.ts";

/** What is needed of a client of the `openai` package, or of one like it. */
export interface OpenAIClient {
  readonly baseURL: string;
  readonly chat: { readonly completions: { create(body: object, options?: object): PromiseLike<unknown> } };
}

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
    this.#pace = requestsPerMinute === undefined ? undefined : new Pace(requestsPerMinute);
    this.#client = client && Promise.resolve(client);
  }

  override invocationParameters(request: GenerateRequest): ModelParameters {
    const { messages: _messages, tools: _tools, ...parameters } = this.#bodyOf(request);
    return parameters;
  }

  protected override async doGenerate(request: GenerateRequest, options: GenerateOptions): Promise<ModelOutput> {
    const settings = { baseURL: this.baseURL, apiKey: this.#apiKey, fetch: watchedFetch };
    const client = await (this.#client ??= this.createClient(settings));
    await this.#pace?.untilFree(options.signal);
    try {
      const completion = await this.#completeWatched(client, { request, ...options });
      // An aborted stream of the client ends as if it were complete.
      throwIfAborted(options.signal);
      const { stopSequences } = request;
      return fromChatCompletion(completion, { stopSequences, newCallId: () => `call_${randomUUID()}` });
    } catch (thrown) {
      if (thrown instanceof AgentError) throw thrown;
      throw toModelError(thrown, this);
    }
  }

  /** Makes the client, once, before the first request. Override it to ask through another one. */
  protected async createClient(settings: ClientSettings): Promise<OpenAIClient> {
    const { OpenAI } = await loadOpenAI(this.constructor.name);
    return new OpenAI(settings);
  }

  async #completeWatched(client: OpenAIClient, call: Call): Promise<ChatCompletion> {
    const { onRetry, signal } = call;
    if (!onRetry) return this.#complete(client, { ...call, signal: signal && AbortSignal.any([signal]) });
    return watchRetries(onRetry, async (stop) =>
      this.#complete(client, { ...call, signal: AbortSignal.any(signal ? [signal, stop] : [stop]) }),
    );
  }

  /** The client leaves a listener on the signal at every call: it must be one of this call alone. */
  async #complete(client: OpenAIClient, { request, onDelta, signal }: Call): Promise<ChatCompletion> {
    const body = this.#bodyOf(request);
    const options = { ...this.#requestOptions, signal };
    if (!onDelta) return readChatCompletion(await client.chat.completions.create({ ...body, stream: false }, options));
    // For endpoints that refuse `stream_options`, a parameter of that name may say otherwise.
    const streaming = { stream_options: { include_usage: true }, ...body, stream: true };
    const chunks = await client.chat.completions.create(streaming, options);
    if (!isAsyncIterable(chunks)) throw new Error("the client gave no stream");
    return gatherChunks(chunks, { onDelta, stopSequences: request.stopSequences });
  }

  #bodyOf(request: GenerateRequest): ModelParameters {
    return toChatRequest(request, { modelId: this.wireModelId, parameters: this.parameters, ...this.#wire });
  }
}

type Call = GenerateOptions & { readonly request: GenerateRequest };

function assertAddress(baseURL: string): void {
  if (URL.canParse(baseURL) && /^https?:/.test(baseURL)) return;
  throw new ConfigurationError(`The base URL "${baseURL}" is no http(s) URL. Write it as https://host/v1.`);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
