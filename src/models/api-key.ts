import { ConfigurationError } from "../errors.ts";

/** A key; or what gives one at each request, for keys that change. */
export type ApiKey = string | (() => Promise<string>);

interface KeyPlace {
  readonly baseURL: string;
  /** The environment variable that holds it. */
  readonly variable: string;
  /** The class and the option, for the message. */
  readonly owner: string;
  readonly option: string;
}

/**
 * Gives the key for an endpoint: the given one, else that of the environment. Servers on this machine need none.
 *
 * Errors: ConfigurationError that names the variable and the option if there is no key.
 */
export function apiKeyFor(given: ApiKey | undefined, { baseURL, variable, owner, option }: KeyPlace): ApiKey {
  const apiKey = given || process.env[variable];
  if (apiKey) return apiKey;
  if (isThisMachine(baseURL)) return "none";
  throw new ConfigurationError(
    `There is no key for ${baseURL}. Set ${variable}, or give ${owner} \`${option}\` (any text, if the endpoint asks for none).`,
  );
}

function isThisMachine(url: string): boolean {
  const { hostname } = URL.canParse(url) ? new URL(url) : { hostname: "" };
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
