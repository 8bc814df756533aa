import { createServer } from "node:http";

/** Takes whatever is sent to it, and counts it. */
export interface Sink {
  readonly url: string;
  bytes(): number;
  close(): void;
}

/** Starts a server on this machine that says yes to all. */
export async function startSink(): Promise<Sink> {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => (bytes += chunk.length));
    request.on("end", () => response.writeHead(200).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, bytes: () => bytes, close: () => server.close() };
}
