import { once } from "node:events";
import { createServer } from "node:net";

/** Finds a TCP port of 127.0.0.1 that nobody listens on. Somebody may take it before the caller does. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("The operating system gave no TCP port.");
  return address.port;
}

/** Tells whether a port can be listened on, on all interfaces, as a published port of a container is. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port);
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch {
    return false;
  }
}
