import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";

const TIMEOUT_MS = 5_000;

/** Finds the addresses of a host. Errors: rejects with what the name servers say. */
export async function findAddresses({ hostname }: URL): Promise<string> {
  const found = await lookup(bare(hostname), { all: true });
  return found.map(({ address }) => address).join(", ");
}

/** Opens a connection and closes it. Errors: rejects with what the network says, and when 5 seconds are over. */
export async function openConnection(url: URL): Promise<string> {
  const started = performance.now();
  const socket = connect({ host: bare(url.hostname), port: portOf(url) });
  return opened(socket, "connect", () => `port ${portOf(url)} answers, in ${inMs(started)}`);
}

/** Opens a connection with TLS, and looks at the certificate. Errors: rejects with what is wrong with it. */
export async function shakeHands(url: URL, certificates: ConnectionOptions): Promise<string> {
  const host = bare(url.hostname);
  const named = isIP(host) === 0 ? { servername: host } : {};
  const socket = connectTls({ host, port: portOf(url), ...named, ...certificates });
  return opened(socket, "secureConnect", () => {
    const { valid_to: until, issuer } = socket.getPeerCertificate();
    const by = [issuer.O ?? issuer.CN].flat()[0] ?? "nobody";
    return `${socket.getProtocol() ?? "TLS"}, certificate of ${by}, until ${until}`;
  });
}

/** What a connection tells is gone when it is closed. */
async function opened(socket: Socket, event: string, tell: () => string): Promise<string> {
  try {
    await once(socket, event, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return tell();
  } catch (error) {
    throw error instanceof Error && error.name === "AbortError"
      ? new Error(`no answer within ${TIMEOUT_MS} ms`)
      : error;
  } finally {
    socket.destroy();
  }
}

/** An IPv6 address without its brackets. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === "https:" ? 443 : 80);
}

function inMs(started: number): string {
  return `${Math.ceil(performance.now() - started)} ms`;
}
