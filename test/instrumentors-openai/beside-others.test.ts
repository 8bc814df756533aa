import OpenAI from "openai";
import { setImmediate } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { instrumentOpenAI } from "../../instrumentors/openai/instrument-openai.ts";
import { traceEachTest } from "../support/traces.ts";
import { ASK, startClient } from "./traced-client.ts";

const { Completions } = OpenAI.Chat;
const traces = traceEachTest();

const ignore = (): undefined => undefined;
const create: unknown = Object.getOwnPropertyDescriptor(Completions.prototype, "create")?.value;

/** Listens to each call and gives the same promise, as OpenTelemetry's own instrumentor does. */
class ListenedTo extends Completions {}
Object.defineProperty(ListenedTo.prototype, "create", {
  writable: true,
  value(this: unknown, ...args: unknown[]) {
    const promise: unknown = typeof create === "function" ? Reflect.apply(create, this, args) : undefined;
    if (promise instanceof Promise) promise.then(ignore).catch(ignore);
    return promise;
  },
});

it("a call that another instrumentor listens to already fails as before, and nothing is unhandled", async () => {
  const unhandled: unknown[] = [];
  const listen = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", listen);
  onTestFinished(() => void process.off("unhandledRejection", listen));
  const on = instrumentOpenAI({ Chat: { Completions: ListenedTo }, Responses: OpenAI.Responses });
  onTestFinished(() => on.uninstrument());
  const { client } = await startClient((response) => {
    response.writeHead(400, { "content-type": "application/json" });
    response.end('{"error":{"message":"no"}}');
  });
  await expect(new ListenedTo(client).create(ASK)).rejects.toThrow("400 no");
  for (let turn = 0; turn < 20; turn++) await setImmediate();
  expect(unhandled).toEqual([]);
  expect(traces.spans().map(({ name, status }) => [name, status.message])).toEqual([
    ["ChatCompletion", "BadRequestError: 400 no"],
  ]);
});
