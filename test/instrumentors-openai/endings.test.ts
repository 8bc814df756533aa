import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { APIConnectionError, APIError, APIUserAbortError, AuthenticationError, BadRequestError } from "openai";
import { describe, expect, it } from "vitest";
import { sendEvents, sendJson } from "../models/openai-server.ts";
import { ASK, beginEvents, chatFixture, readAll, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();
const STREAM = { ...ASK, stream: true } as const;
const beginning = chatFixture("text").chunks.slice(0, 2);

describe("a call that fails", () => {
  it.each([
    [400, BadRequestError],
    [401, AuthenticationError],
  ])("has the error that the caller gets: %i", async (status, kind) => {
    const { client } = await startClient((response) =>
      sendJson(response, { error: { message: "no such thing" } }, { status }),
    );

    const error: unknown = await client.chat.completions.create(ASK).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(kind);
    expect(traces.tree()).toBe("LLM ChatCompletion  ERROR");
    const { events, attributes, status: ended } = traces.span("ChatCompletion");
    expect(events.map(({ attributes: told }) => told?.["exception.message"])).toEqual([`${status} no such thing`]);
    expect(ended.message).toContain("no such thing");
    expect(attributes).toMatchObject({ "llm.model_name": "gpt-4.1-mini", "input.value": "How hot is Madrid?" });
    expect(attributes).not.toHaveProperty("output.value");
  });

  it.each<[string, () => Parameters<typeof startClient>]>([
    ["BadRequestError", () => [(response) => sendJson(response, {}, { status: 400 })]],
    ["RateLimitError", () => [(response) => sendJson(response, {}, { status: 429 })]],
    ["InternalServerError", () => [(response) => sendJson(response, {}, { status: 500 })]],
    ["APIConnectionError", () => [(response) => response.destroy()]],
    ["APIConnectionTimeoutError", () => [ignore, { timeout: 10 }]],
  ])("is told by the name of its class, for the error has none: %s", async (name, start) => {
    const { client } = await startClient(...start());

    const error: unknown = await client.chat.completions.create(ASK).catch((thrown: unknown) => thrown);

    const { events, status } = traces.span("ChatCompletion");
    const [told] = events.map(({ attributes }) => attributes);
    expect(told?.["exception.type"]).toBe(name);
    expect(told?.["exception.stacktrace"]).toContain("Error: ");
    expect(status.message).toBe(`${name}: ${String(told?.["exception.message"])}`);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toHaveProperty("name", name);
  });

  it.each(["parse", "stream"] as const)("has the error that %s gives", async (method) => {
    const { client } = await startClient((response) => sendJson(response, {}, { status: 401 }));

    const asking = method === "parse" ? client.chat.completions.parse(ASK) : client.chat.completions.stream(ASK).done();

    await expect(asking).rejects.toThrow(AuthenticationError);
    expect(traces.tree()).toBe("LLM ChatCompletion  ERROR");
  });

  it("ends where the network does, before an answer", async () => {
    const { client } = await startClient((response) => response.destroy());

    await expect(client.chat.completions.create(ASK)).rejects.toThrow(APIConnectionError);

    expect(traces.tree()).toBe("LLM ChatCompletion  ERROR");
  });

  it("ends where the network does, amid a whole answer", async () => {
    const { client } = await startClient((response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write("{", () => response.destroy());
    });

    await expect(client.chat.completions.create(ASK)).rejects.toThrow("terminated");

    expect(traces.tree()).toBe("LLM ChatCompletion  ERROR");
  });

  it("ends where the network does, amid a stream, with what came", async () => {
    let cut: ServerResponse | undefined;
    const { client } = await startClient((response) => {
      cut = response;
      beginEvents(response, beginning);
    });
    const stream = await client.chat.completions.create(STREAM);
    const reading = readAll(stream, (count) => void (count === 2 && cut?.destroy()));

    await expect(reading).rejects.toThrow("terminated");

    expect(traces.tree()).toBe("LLM ChatCompletion  ERROR");
    expect(traces.span("ChatCompletion").attributes["output.value"]).toBe("Madrid");
  });

  it("ends with an error in the place of a chunk, with what came", async () => {
    const { client } = await startClient((response) =>
      sendEvents(response, [...beginning, { error: { message: "overloaded" } }]),
    );

    const reading = client.chat.completions.create(STREAM).then(async (stream) => readAll(stream));

    await expect(reading).rejects.toThrow(APIError);
    expect(traces.tree()).toBe("LLM ChatCompletion  ERROR");
    expect(traces.span("ChatCompletion").attributes["output.value"]).toBe("Madrid");
  });

  it("ends when its caller aborts it before an answer", async () => {
    const abort = new AbortController();
    const { client } = await startClient(() => abort.abort());

    const asking = client.chat.completions.create(ASK, { signal: abort.signal });

    await expect(asking).rejects.toThrow(APIUserAbortError);
    expect(traces.tree()).toBe("LLM ChatCompletion  ERROR");
    expect(traces.span("ChatCompletion").events[0]?.attributes?.["exception.type"]).toBe("APIUserAbortError");
  });

  it("is as unhandled as it was, where nobody awaits it", async () => {
    const { client } = await startClient((response) => sendJson(response, {}, { status: 400 }));
    const unhandled = takeOver("unhandledRejection");

    void client.chat.completions.create(ASK);

    expect(await unhandled).toBeInstanceOf(BadRequestError);
    expect(traces.tree()).toBe("LLM ChatCompletion  ERROR");
  });
});

function ignore(): void {}

/** Waits for an event of the process, and keeps it from the test runner. */
async function takeOver(event: "unhandledRejection"): Promise<unknown> {
  const listeners = process.listeners(event);
  process.removeAllListeners(event);
  const [reason]: unknown[] = await once(process, event);
  for (const listener of listeners) process.on(event, listener);
  return reason;
}
