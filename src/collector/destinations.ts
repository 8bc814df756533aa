import { ConfigurationError } from "../errors.ts";
import { checkOptions, hasMethods, inWords, isPlainObject, type Rule, TEXT } from "./check-options.ts";
import { createAgent } from "./delivery/agents.ts";
import { type Destination, destinationId, readableUrl } from "./delivery/destination.ts";
import { proxyFor } from "./delivery/proxy.ts";
import { type Endpoint, type EndpointOptions, resolveEndpoint } from "./endpoint.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Headers = Readonly<Record<string, string>>;

/** Says where spans go, and how they are sent there; over what the environment says. */
export interface DestinationOptions extends Omit<EndpointOptions, "headers"> {
  /** Sent with every request. A function is asked each time: a key may change while the program runs. */
  readonly headers?: Headers | (() => Headers | Promise<Headers>) | undefined;
  /** "gzip" (the default) compresses requests above 16 KB. */
  readonly compression?: "gzip" | "none" | undefined;
}

/** Names several places to which spans go. */
export interface SeveralDestinations {
  /** Several places, in place of one: each gets every span, whatever becomes of the others. A string is an `endpoint`. */
  readonly destinations?: readonly (DestinationOptions | string)[] | undefined;
}

/** Says what the options of a destination may be. */
export const DESTINATION_RULES = {
  endpoint: TEXT,
  apiKey: TEXT,
  headers: {
    holds: (value) => typeof value === "function" || (isPlainObject(value) && !hasMethods(value, ["entries"])),
    wants: 'an object such as { "x-team": "search" }, or a function that gives one',
  },
  compression: { holds: (value) => value === "gzip" || value === "none", wants: '"gzip" or "none"' },
} satisfies Readonly<Record<keyof DestinationOptions, Rule>>;

/**
 * Makes the destinations that spans go to: those of a list, or the one that the options and the environment name.
 *
 * Errors: ConfigurationError for what is no list or an empty one, for an address that stands in it twice, for options of one destination beside
 * the list, and as `createDestination`.
 */
export function createDestinations(
  { destinations, ...options }: DestinationOptions & SeveralDestinations,
  env: Environment,
): [Destination, ...Destination[]] {
  const [first, ...others] = toldApart(placesOf(destinations, options).map((place) => createDestination(place, env)));
  if (first === undefined) {
    throw new ConfigurationError(
      "destinations is an empty list. Leave it out to send to the one that the environment names.",
    );
  }
  const all: [Destination, ...Destination[]] = [first, ...others];
  const twice = all.find(({ id }, index) => all.findIndex((other) => other.id === id) < index);
  if (twice !== undefined) throw new ConfigurationError(`destinations names ${readableUrl(twice.address)} twice.`);
  return all;
}

/** Addresses may differ in what people are not shown. */
function toldApart(destinations: readonly Destination[]): readonly Destination[] {
  return destinations.map((destination, index) => {
    const before = destinations.slice(0, index).filter(({ url }) => url === destination.url).length;
    return before === 0 ? destination : { ...destination, url: `${destination.url}#${before + 1}` };
  });
}

function placesOf(
  destinations: SeveralDestinations["destinations"],
  options: DestinationOptions,
): readonly DestinationOptions[] {
  if (destinations === undefined) return [options];
  if (!Array.isArray(destinations)) {
    throw new ConfigurationError(
      `destinations must be a list such as [{ endpoint: "http://host:6006" }], and is ${inWords(destinations)}.`,
    );
  }
  const beside = Object.entries(options).find(([name, value]) => name in DESTINATION_RULES && value !== undefined);
  if (beside !== undefined) {
    throw new ConfigurationError(
      `${beside[0]} stands beside destinations, which replace it. Write it into each of them that it is for.`,
    );
  }
  return destinations.map((place, index) => {
    const facts = typeof place === "string" ? { endpoint: place } : place;
    checkOptions(facts, DESTINATION_RULES, { name: `destinations[${index}]` });
    return facts;
  });
}

/**
 * Makes a destination of what the options and the environment say.
 *
 * Errors: ConfigurationError for what is no http(s) URL, for a user, a password, headers and certificates that cannot be read; each names its source.
 */
function createDestination({ headers, ...options }: DestinationOptions, env: Environment): Destination {
  const isFunction = typeof headers === "function";
  const endpoint = resolveEndpoint({ ...options, headers: isFunction ? undefined : headers }, env);
  const { url, authorization } = withoutCredentials(endpoint);
  const proxy = proxyFor(url, env);
  return {
    id: destinationId(url.href),
    url: readableUrl(url),
    address: url,
    source: endpoint.source,
    headers: async () => ({ ...authorization, ...endpoint.headers, ...(isFunction ? await headers() : {}) }),
    compression: options.compression ?? compressionIn(env),
    timeoutMs: timeoutIn(env),
    agent: createAgent(url, proxy, env),
    proxy,
  };
}

/** Takes user and password out of an address, which is shown to people, and makes the header of them. */
function withoutCredentials(endpoint: Endpoint): { readonly url: URL; readonly authorization: Headers } {
  const url = new URL(endpoint.url);
  const { username, password } = url;
  if (username === "" && password === "") return { url, authorization: {} };
  url.username = "";
  url.password = "";
  try {
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { url, authorization: { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` } };
  } catch (cause) {
    throw new ConfigurationError(
      `The user or the password in the collector's address ${readableUrl(url)} (from ${endpoint.source}) holds a % that begins no code such as %40. Write the % itself as %25.`,
      { cause },
    );
  }
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
