import { randomUUID } from "node:crypto";
import { throwIfAborted } from "../abort.ts";
import { AgentError, ConfigurationError, ModelError, reasonOf, toError } from "../errors.ts";
import { type ChatCompletion, readChatCompletion } from "./chat-completion.ts";
import { type GenerateOptions, type GenerateRequest, Model, type ModelOutput, type ModelParameters } from "./model.ts";
import { gatherChunks } from "./openai-stream.ts";
import { fromChatCompletion, toChatRequest } from "./openai-wire.ts";

/** What is needed of a client of the `openai` package, or of one like it. */
export interface OpenAIClient {
  readonly baseURL: string;
  readonly chat: { readonly completions: { create(body: object, options?: object): PromiseLike<unknown> } };
}

/** What is not named here is a parameter of every request, under the name of the endpoint: `temperature: 0`. */
export interface OpenAIModelOptions extends ModelParameters {
  readonly modelId: string;
  /** OPENAI_BASE_URL, else OpenAI itself, if not given. */
  readonly baseURL?: string | undefined;
  /** OPENAI_API_KEY if not given. Servers on this machine need none. */
  readonly apiKey?: string | undefined;
  /** A client of your own, with its own address, key and fetch: in place of `baseURL` and `apiKey`. */
  readonly client?: OpenAIClient | undefined;
  /** Retries after 408, 409, 429, 5xx and failures of the network: 2 if not given. */
  readonly maxRetries?: number | undefined;
  /** How long each attempt waits for an answer to begin: 10 minutes if not given. */
  readonly timeoutMs?: number | undefined;
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
  readonly #apiKey: string;
  readonly #requestOptions: object;
  #client: Promise<OpenAIClient> | undefined;

  constructor({ modelId, baseURL, apiKey, client, maxRetries, timeoutMs, ...parameters }: OpenAIModelOptions) {
    super();
    if (client && (baseURL !== undefined || apiKey !== undefined))
      throw new ConfigurationError(
        "A client has its own address and key: give OpenAIModel `client`, or `baseURL` and `apiKey`.",
      );
    this.modelId = modelId;
    this.baseURL = client?.baseURL ?? (baseURL || process.env["OPENAI_BASE_URL"] || "https://api.openai.com/v1");
    this.parameters = parameters;
    assertAddress(this.baseURL);
    this.#apiKey = client ? "" : apiKeyFor(this.baseURL, apiKey);
    // The client refuses a timeout that is undefined.
    this.#requestOptions = {
      ...(maxRetries === undefined ? {} : { maxRetries }),
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    };
    this.#client = client && Promise.resolve(client);
  }

  override invocationParameters(request: GenerateRequest): ModelParameters {
    const { messages: _messages, tools: _tools, ...parameters } = toChatRequest(request, this);
    return parameters;
  }

  protected override async doGenerate(request: GenerateRequest, options: GenerateOptions): Promise<ModelOutput> {
    const client = await (this.#client ??= createClient(this.baseURL, this.#apiKey));
    try {
      const completion = await this.#complete(client, { request, ...options });
      // An aborted stream of the client ends as if it were complete.
      throwIfAborted(options.signal);
      const { stopSequences } = request;
      return fromChatCompletion(completion, { stopSequences, newCallId: () => `call_${randomUUID()}` });
    } catch (thrown) {
      if (thrown instanceof AgentError) throw thrown;
      throw this.#failure(thrown);
    }
  }

  async #complete(
    client: OpenAIClient,
    { request, onDelta, signal }: GenerateOptions & { readonly request: GenerateRequest },
  ): Promise<ChatCompletion> {
    const body = toChatRequest(request, this);
    // The client leaves a listener on the signal at every call.
    const options = { ...this.#requestOptions, signal: signal && AbortSignal.any([signal]) };
    if (!onDelta) return readChatCompletion(await client.chat.completions.create({ ...body, stream: false }, options));
    const streaming = { ...body, stream: true, stream_options: { include_usage: true } };
    const chunks = await client.chat.completions.create(streaming, options);
    if (!isAsyncIterable(chunks)) throw new Error("the client gave no stream");
    return gatherChunks(chunks, { onDelta, stopSequences: request.stopSequences });
  }

  #failure(thrown: unknown): ModelError {
    const error = toError(thrown);
    const status = fact(error, "status");
    const requestId = fact(error, "requestID");
    return new ModelError(`The call to model "${this.modelId}" at ${this.baseURL} failed: ${reasonOf(error)}`, {
      cause: thrown,
      modelId: this.modelId,
      status: typeof status === "number" ? status : undefined,
      requestId: typeof requestId === "string" ? requestId : undefined,
      body: fact(error, "error"),
    });
  }
}

function assertAddress(baseURL: string): void {
  if (URL.canParse(baseURL) && /^https?:/.test(baseURL)) return;
  throw new ConfigurationError(`The base URL "${baseURL}" is no http(s) URL. Write it as https://host/v1.`);
}

function apiKeyFor(baseURL: string, given: string | undefined): string {
  const apiKey = given || process.env["OPENAI_API_KEY"];
  if (apiKey) return apiKey;
  if (isThisMachine(baseURL)) return "none";
  throw new ConfigurationError(
    `There is no key for ${baseURL}. Set OPENAI_API_KEY, or give OpenAIModel an \`apiKey\` (any text, if the endpoint asks for none).`,
  );
}

function isThisMachine(url: string): boolean {
  const { hostname } = URL.canParse(url) ? new URL(url) : { hostname: "" };
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** The package is loaded here and not above: who brings a model of their own need not install it. */
async function createClient(baseURL: string, apiKey: string): Promise<OpenAIClient> {
  const { default: OpenAI } = await import("openai").catch((cause: unknown) => {
    throw new ConfigurationError("OpenAIModel needs the openai package: npm install openai", { cause });
  });
  return new OpenAI({ baseURL, apiKey });
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Reads a field that errors of the client have. */
function fact(error: Error, name: "status" | "requestID" | "error"): unknown {
  return Object.entries(error).find(([key]) => key === name)?.[1];
}
