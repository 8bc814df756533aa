import { readFileSync } from "node:fs";
import { Agent as HttpAgent, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, type AgentOptions, request as requestHttps } from "node:https";
import type { Duplex } from "node:stream";
import { connect as connectTls, createSecureContext } from "node:tls";
import { ConfigurationError } from "../../errors.ts";
import { proxyAuthorization } from "./proxy.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What OpenTelemetry's variables say of certificates; the more special name wins. */
const CERTIFICATES = { ca: "CERTIFICATE", cert: "CLIENT_CERTIFICATE", key: "CLIENT_KEY" } as const;

/** A proxy that does not answer would hold a connection for ever. */
const TUNNEL_MS = 10_000;

/** Makes the agent that keeps connections to an address open: straight, or through a proxy. */
export function createAgent(url: URL, proxy: URL | undefined, env: Environment): HttpAgent {
  if (url.protocol === "http:") {
    return proxy?.protocol === "https:" ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  }
  const options = { keepAlive: true, ...readCertificates(env) };
  return proxy === undefined ? new HttpsAgent(options) : new TunnelAgent(proxy, options);
}

/** Reaches https addresses through a proxy, by CONNECT. */
class TunnelAgent extends HttpsAgent {
  readonly #proxy: URL;

  constructor(proxy: URL, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(
    { host, port, ...options }: TunnelOptions,
    done: (error: Error | null, socket?: unknown) => void,
  ): undefined {
    const target = `${host}:${port}`;
    const headers = { host: target, ...proxyAuthorization(this.#proxy) };
    const request = this.#proxy.protocol === "https:" ? requestHttps : requestHttp;
    const asking = request(this.#proxy, { method: "CONNECT", path: target, headers, agent: false, timeout: TUNNEL_MS });
    const said = (what: string) => new Error(`the proxy ${this.#proxy.host} ${what} when asked for ${target}`);
    asking.on("socket", (socket) => socket.unref());
    asking.on("timeout", () => asking.destroy(said("was silent")));
    asking.on("error", (error) => done(error));
    const answered = (status: number | undefined, socket: Duplex) => {
      if (status === 200) return done(null, connectTls({ ...options, host, socket }));
      socket.destroy();
      done(said(`answered ${status}`));
    };
    asking.on("connect", ({ statusCode }, socket) => answered(statusCode, socket));
    asking.on("response", ({ statusCode, socket }) => answered(statusCode, socket));
    asking.end();
  }
}

interface TunnelOptions extends AgentOptions {
  readonly host: string;
  readonly port: number;
}

/** Reads the certificates that the environment names. Errors: ConfigurationError for a file that cannot be read, and for what is no certificate. */
export function readCertificates(env: Environment): AgentOptions {
  const options: AgentOptions = {};
  for (const name of ["ca", "cert", "key"] as const) {
    const ending = CERTIFICATES[name];
    const variable = [`OTEL_EXPORTER_OTLP_TRACES_${ending}`, `OTEL_EXPORTER_OTLP_${ending}`].find((key) => env[key]);
    const path = variable && env[variable];
    if (path) options[name] = readCertificate(path, variable);
  }
  try {
    createSecureContext(options);
  } catch (cause) {
    throw new ConfigurationError(
      "The certificates that OTEL_EXPORTER_OTLP_CERTIFICATE, _CLIENT_CERTIFICATE and _CLIENT_KEY name cannot be used together.",
      { cause },
    );
  }
  return options;
}

function readCertificate(path: string, variable: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ConfigurationError(`${variable} names ${path}, which cannot be read.`, { cause });
  }
}
