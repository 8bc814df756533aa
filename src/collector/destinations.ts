import { ConfigurationError } from "../errors.ts";
import { createAgent } from "./delivery/agents.ts";
import { type Destination, destinationId } from "./delivery/destination.ts";
import { proxyFor } from "./delivery/proxy.ts";
import { type EndpointOptions, resolveEndpoint } from "./endpoint.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Headers = Readonly<Record<string, string>>;

/** Says where spans go, and how they are sent there; over what the environment says. */
export interface DestinationOptions extends Omit<EndpointOptions, "headers"> {
  /** Sent with every request. A function is asked each time: a key may change while the program runs. */
  readonly headers?: Headers | (() => Headers | Promise<Headers>) | undefined;
  /** "gzip" (the default) compresses requests above 16 KB. */
  readonly compression?: "gzip" | "none" | undefined;
}

/**
 * Makes the destinations that spans go to: those of a list, or the one that the options and the environment name.
 *
 * Errors: ConfigurationError for an empty list and for an address that stands in it twice, and as `createDestination`.
 */
export function createDestinations(
  {
    destinations,
    ...options
  }: DestinationOptions & { readonly destinations?: readonly DestinationOptions[] | undefined },
  env: Environment,
): [Destination, ...Destination[]] {
  const [first, ...others] = (destinations ?? [options]).map((place) => createDestination(place, env));
  if (first === undefined) {
    throw new ConfigurationError(
      "destinations is an empty list. Leave it out to send to the one that the environment names.",
    );
  }
  const all: [Destination, ...Destination[]] = [first, ...others];
  const twice = all.find(({ id }, index) => all.findIndex((other) => other.id === id) < index);
  if (twice !== undefined) throw new ConfigurationError(`destinations names ${twice.url} twice.`);
  return all;
}

/**
 * Makes a destination of what the options and the environment say.
 *
 * Errors: ConfigurationError for what is no http(s) URL, for headers and certificates that cannot be read; each names its source.
 */
function createDestination({ headers, ...options }: DestinationOptions, env: Environment): Destination {
  const isFunction = typeof headers === "function";
  const endpoint = resolveEndpoint({ ...options, headers: isFunction ? undefined : headers }, env);
  const { url, authorization } = withoutCredentials(endpoint.url);
  const proxy = proxyFor(url, env);
  return {
    id: destinationId(url.href),
    url: url.href,
    source: endpoint.source,
    headers: async () => ({ ...authorization, ...endpoint.headers, ...(isFunction ? await headers() : {}) }),
    compression: options.compression ?? compressionIn(env),
    timeoutMs: timeoutIn(env),
    agent: createAgent(url, proxy, env),
    proxy,
  };
}

/** Takes user and password out of an address, which is shown to people, and makes the header of them. */
function withoutCredentials(address: string): { readonly url: URL; readonly authorization: Headers } {
  const url = new URL(address);
  if (url.username === "") return { url, authorization: {} };
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = "";
  url.password = "";
  return { url, authorization: { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` } };
}

function compressionIn(env: Environment): "gzip" | "none" {
  return otelVariable("COMPRESSION", env) === "none" ? "none" : "gzip";
}

/** Milliseconds. */
function timeoutIn(env: Environment): number | undefined {
  const text = otelVariable("TIMEOUT", env);
  if (text === undefined) return undefined;
  if (Number(text) > 0) return Number(text);
  throw new ConfigurationError(`OTEL_EXPORTER_OTLP_TIMEOUT must be milliseconds above 0, and is ${text}.`);
}

/** The one for traces wins; an empty one is none. Source: OpenTelemetry's OTLP exporter specification. */
function otelVariable(ending: string, env: Environment): string | undefined {
  return env[`OTEL_EXPORTER_OTLP_TRACES_${ending}`] || env[`OTEL_EXPORTER_OTLP_${ending}`] || undefined;
}
