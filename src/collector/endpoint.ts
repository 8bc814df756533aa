import { validateHeaderName, validateHeaderValue } from "node:http";
import { ConfigurationError } from "../errors.ts";
import { inWords } from "./check-options.ts";

/** Says where spans go, over what the environment says. */
export interface EndpointOptions {
  readonly endpoint?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Names the place to which spans go, and what is sent along with them. */
export interface Endpoint {
  /** User and password may stand in it; no fragment does, as that is never sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Where the address came from: an option, the name of a variable, or "default". */
  readonly source: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that name an endpoint, first one wins. The second is taken as it is; to the others `/v1/traces` is added. */
const VARIABLES = ["PHOENIX_COLLECTOR_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
const VERBATIM = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const DEFAULT_ENDPOINT = "http://localhost:6006";
const TRACES_PATH = "/v1/traces";

/**
 * Finds out where spans go: the option, else the first variable that is set, else Phoenix on this machine.
 *
 * `PHOENIX_API_KEY` and `PHOENIX_CLIENT_HEADERS` are not sent to an address that an `OTEL_` variable names, nor `OTEL_EXPORTER_OTLP_HEADERS`
 * to another one: it may be somebody else's.
 * Errors: ConfigurationError for what is no http(s) URL, and for headers that cannot be read; each names its source.
 * Source: @arizeai/phoenix-config; OpenTelemetry's OTLP exporter specification.
 */
export function resolveEndpoint(options: EndpointOptions, env: Environment): Endpoint {
  const variable = VARIABLES.find((name) => env[name]);
  const source = options.endpoint !== undefined ? "endpoint" : (variable ?? "default");
  const address = options.endpoint ?? (variable && env[variable]) ?? DEFAULT_ENDPOINT;
  const url = parseUrl(address, source);
  if (source !== VERBATIM && !url.pathname.includes(TRACES_PATH)) {
    url.pathname = url.pathname.replace(/\/+$/, "") + TRACES_PATH;
  }
  url.hash = "";
  const isPhoenix = !source.startsWith("OTEL_");
  const apiKey = options.apiKey ?? (isPhoenix ? env["PHOENIX_API_KEY"] : undefined);
  const headers = {
    ...(isPhoenix ? parseHeaders("PHOENIX_CLIENT_HEADERS", env) : otelHeaders(env)),
    ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
    ...options.headers,
  };
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  return { url: url.href, source, headers };
}

/** Finds out under which project Phoenix shows the spans. Source: @arizeai/phoenix-config. */
export function resolveProjectName(projectName: string | undefined, env: Environment): string {
  const name = projectName ?? (env["PHOENIX_PROJECT"] || env["PHOENIX_PROJECT_NAME"] || "default");
  if (!/[/?#]/.test(name)) return name;
  throw new ConfigurationError(
    `The project name "${name}" holds a /, ? or #: Phoenix could not find the project by it.`,
  );
}

function parseUrl(address: string, source: string): URL {
  if (URL.canParse(address) && /^https?:/.test(address)) return new URL(address);
  const fact = URL.canParse(address) && address.includes("://") ? "is neither http nor https" : "is no URL";
  throw new ConfigurationError(
    `The collector's address "${withoutSecrets(address)}" (from ${source}) ${fact}. Write it as http://host:port.`,
  );
}

/** Node says it only when it sends. Nothing of the value is shown: it may be a key. */
function checkHeader(name: string, value: unknown): void {
  try {
    validateHeaderName(name);
  } catch (cause) {
    throw new ConfigurationError(
      `"${name}" is no name of a header: it may hold letters, digits and !#$%&'*+-.^_\`|~ only.`,
      { cause },
    );
  }
  if (typeof value !== "string") {
    throw new ConfigurationError(`The header "${name}" must be a string, and is ${inWords(value)}.`);
  }
  try {
    validateHeaderValue(name, value);
  } catch {
    throw new ConfigurationError(
      `The header "${name}" holds a character that HTTP does not allow, such as a line break: is a key read from a file trimmed?`,
    );
  }
}

/** What stands in front of an @ may be a password, and what stands behind a ? or # a key; an @ behind these may be of either. */
function withoutSecrets(address: string): string {
  return address.replace(/^(\w+:\/\/)?(.*[?#].*@.*|.*@)/s, "$1…@").replace(/([?#]).*/s, "$1…");
}

/** Those for traces win over those for everything. */
function otelHeaders(env: Environment): Record<string, string> {
  return {
    ...parseHeaders("OTEL_EXPORTER_OTLP_HEADERS", env),
    ...parseHeaders("OTEL_EXPORTER_OTLP_TRACES_HEADERS", env),
  };
}

/** A JSON object, as Phoenix's JavaScript packages have it, or `name=value,name=value`, as its Python packages do. */
function parseHeaders(variable: string, env: Environment): Record<string, string> {
  const text = env[variable];
  if (!text) return {};
  try {
    const pairs = text.trimStart().startsWith("{") ? jsonPairs(text) : text.split(",").map(headerPair);
    return Object.fromEntries(pairs);
  } catch (cause) {
    throw new ConfigurationError(
      `${variable} must be a JSON object such as {"x-team": "search"}, or a list such as x-team=search,x-env=test.`,
      { cause },
    );
  }
}

function jsonPairs(text: string): [name: string, value: string][] {
  const parsed: object = JSON.parse(text);
  return Object.entries(parsed).map(([name, value]) => [name, String(value)]);
}

function headerPair(text: string): [name: string, value: string] {
  const [, name, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new TypeError("a part of it is no name=value");
  return [name, decodeURIComponent(value)];
}
