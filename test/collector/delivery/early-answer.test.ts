import { createServer } from "node:net";
import { setImmediate } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { sendRequest } from "../../../src/collector/delivery/send-request.ts";
import { createDestinations } from "../../../src/collector/destinations.ts";
import { until } from "../../support/spool-provider.ts";
import { deferred } from "../deferred.ts";

/** More than sockets hold. */
const BYTES = 64 << 20;

it("an answer that comes before the body was read does not end the sending: the body must stay as it is", async () => {
  const answered = deferred();
  const readOn = deferred();
  let read = 0;
  const server = createServer((socket) => {
    socket.on("data", (chunk) => (read += chunk.length));
    socket.once("data", () => {
      socket.pause();
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", () => answered.resolve());
    });
    void readOn.promise.then(() => socket.resume());
    onTestFinished(() => void socket.destroy());
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
  readOn.resolve();
  const { status } = await sending;
  await until(() => read > BYTES);
  expect({ hadEnded, status }).toEqual({ hadEnded: false, status: 200 });
});
