import { ConfigurationError } from "../../errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Finds the proxy for an address: `HTTPS_PROXY` or `HTTP_PROXY`, unless `NO_PROXY` names its host; small letters win, as curl has it.
 *
 * This machine itself is never asked for through a proxy. Gives undefined where there is none. Errors: ConfigurationError for one that
 * does not speak http: spans that shall go through a proxy do not go past it.
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const address = variable(`${url.protocol.slice(0, -1)}_proxy`, env) ?? variable("all_proxy", env);
  if (address === undefined || LOOPBACK.test(url.hostname) || isExcepted(url, variable("no_proxy", env) ?? ""))
    return undefined;
  const withScheme = address.includes("://") ? address : `http://${address}`;
  if (URL.canParse(withScheme) && /^https?:/.test(withScheme)) return new URL(withScheme);
  throw new ConfigurationError(
    `The proxy that the environment names for ${url.origin} is no address such as http://host:port. Mend it, or put ${url.hostname} into NO_PROXY.`,
  );
}

/** Gives the `proxy-authorization` header for the user and the password in a proxy's address. */
export function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/** A percent sign that begins no code is one that somebody forgot to write as such. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function variable(name: string, env: Environment): string | undefined {
  return env[name] || env[name.toUpperCase()] || undefined;
}

function isExcepted({ hostname, port, protocol }: URL, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      const [, name = entry, only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (only !== undefined && only !== (port || (protocol === "https:" ? "443" : "80"))) return false;
      const suffix = name.replace(/^\*?\.?/, "").toLowerCase();
      return name === "*" || hostname === suffix || hostname.endsWith(`.${suffix}`);
    });
}
