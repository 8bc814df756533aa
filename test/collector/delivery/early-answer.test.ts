import { createServer } from "node:http";
import { setImmediate } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { sendRequest } from "../../../src/collector/delivery/send-request.ts";
import { createDestinations } from "../../../src/collector/destinations.ts";
import { until } from "../../support/spool-provider.ts";
import { deferred } from "../deferred.ts";

/** More than sockets hold. */
const BYTES = 64 << 20;

it("an answer that comes before the body was read does not end the sending: the body must stay as it is", async () => {
  const answered = deferred<boolean>();
  const readOn = deferred<boolean>();
  let read = 0;
  const server = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => (read += chunk.length));
    request.pause();
    void readOn.promise.then(() => request.resume());
    response.on("finish", () => answered.resolve(true));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const [destination] = createDestinations({ endpoint: `http://127.0.0.1:${port}`, compression: "none" }, {});
  let hasEnded = false;
  const sending = sendRequest(destination, Buffer.alloc(BYTES)).finally(() => (hasEnded = true));
  await answered.promise;
  for (let turn = 0; turn < 100; turn++) await setImmediate();
  const hadEnded = hasEnded;
  readOn.resolve(true);
  const { status } = await sending;
  await until(() => read === BYTES);
  expect({ hadEnded, status }).toEqual({ hadEnded: false, status: 200 });
});
