import { createServer, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { onTestFinished } from "vitest";

/** What a proxy was asked for. */
interface Asked {
  readonly method: string;
  /** An address in full, or host and port. */
  readonly target: string;
  readonly host: string | undefined;
  readonly authorization: string | undefined;
}

interface Proxy {
  /** Host and port. */
  readonly address: string;
  readonly asked: readonly Asked[];
}

interface ProxyOptions {
  /** Where everything goes, whatever was asked for. */
  readonly to: string;
  /** Whether it asks everyone for a name and a password, and is content with none. */
  readonly isShut?: boolean;
}

/** Starts a proxy for http and https, until the test ends. */
export async function startProxy({ to, isShut = false }: ProxyOptions): Promise<Proxy> {
  const asked: Asked[] = [];
  const { port: toPort } = new URL(to);
  const note = ({ method = "", url: target = "", headers }: IncomingMessage) => {
    asked.push({ method, target, host: headers.host, authorization: headers["proxy-authorization"] });
  };
  const server = createServer((incoming, response) => {
    note(incoming);
    if (isShut) return response.writeHead(407).end();
    const { method, url = "", headers } = incoming;
    const { pathname } = new URL(url);
    const outgoing = request({ host: "127.0.0.1", port: toPort, method, path: pathname, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    incoming.pipe(outgoing);
  });
  const sockets = new Set<Duplex>();
  server.on("connect", (incoming, socket) => {
    note(incoming);
    if (isShut) return socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    const onward = connect(Number(toPort), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on("error", () => {});
    sockets.add(socket).add(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
  return { address: `127.0.0.1:${address.port}`, asked };
}
