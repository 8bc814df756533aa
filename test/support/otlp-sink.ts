import { bodyOf, startServer } from "./http-server.ts";

interface OtlpRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

interface OtlpSink {
  readonly url: string;
  readonly requests: readonly OtlpRequest[];
}

/** Starts a collector that keeps what is sent to it, until the test ends. */
export async function startOtlpSink({ status = 200 } = {}): Promise<OtlpSink> {
  const requests: OtlpRequest[] = [];
  const url = await startServer(async (response, request) => {
    requests.push({ path: request.url ?? "", headers: request.headers, body: await bodyOf(request) });
    response.writeHead(status, { "content-type": "application/x-protobuf" }).end();
  });
  return { url, requests };
}
