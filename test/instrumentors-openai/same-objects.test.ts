import { APIPromise } from "openai";
import { Stream } from "openai/streaming";
import { describe, expect, it, onTestFinished } from "vitest";
import { instrumentOpenAI } from "../../instrumentors/openai/instrument-openai.ts";
import { answerBoth, sendJson } from "../models/openai-server.ts";
import { ASK, chatFixture, readAll, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();
const { completion, chunks } = chatFixture("text");
const answer = answerBoth({ completion, chunks });

describe("what the package gives", () => {
  it("is its own promise, with the response beside the data", async () => {
    const { client } = await startClient((response) =>
      sendJson(response, completion, { headers: { "x-request-id": "req_1" } }),
    );

    const promise = client.chat.completions.create(ASK);
    const { data, response, request_id } = await promise.withResponse();

    expect(promise).toBeInstanceOf(APIPromise);
    expect(data).toEqual(completion);
    expect([response.status, request_id]).toEqual([200, "req_1"]);
    expect(await promise).toBe(data);
    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(traces.span("ChatCompletion").attributes["output.value"]).toBe("Madrid is at 31 degrees.");
  });

  it("is the raw response, its body unread, where that is asked for", async () => {
    const { client } = await startClient(answer);

    const response = await client.chat.completions.create(ASK).asResponse();

    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(traces.span("ChatCompletion").attributes["vitrine.stop_reason"]).toBe("raw_response");
    expect(response.bodyUsed).toBe(false);
    expect(await response.json()).toEqual(completion);
  });

  it("is its own stream, with a controller, and a response beside it", async () => {
    const { client } = await startClient(answer);

    const { data: stream, response } = await client.chat.completions.create({ ...ASK, stream: true }).withResponse();

    expect(stream).toBeInstanceOf(Stream);
    expect(stream.controller).toBeInstanceOf(AbortController);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(await readAll(stream)).toEqual(chunks);
    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
  });

  it("can be split by tee, and is one call", async () => {
    const { client } = await startClient(answer);

    const [left, right] = (await client.chat.completions.create({ ...ASK, stream: true })).tee();
    const both = await Promise.all([readAll(left), readAll(right)]);

    expect(both).toEqual([chunks, chunks]);
    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(traces.span("ChatCompletion").attributes["llm.token_count.total"]).toBe(33);
  });

  it("can be sent on by toReadableStream, and is one call", async () => {
    const { client } = await startClient(answer);

    const sent = (await client.chat.completions.create({ ...ASK, stream: true })).toReadableStream();
    const received = Stream.fromReadableStream(sent, new AbortController());

    expect(await readAll(received)).toEqual(chunks);
    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
  });

  it("may be derived from, as the package's own helpers do, and each chunk is seen once", async () => {
    const { client } = await startClient(answer);

    const promise = client.chat.completions.create({ ...ASK, stream: true });
    const derived: Promise<AsyncIterable<unknown>> = Reflect.apply(Reflect.get(promise, "_thenUnwrap"), promise, [
      keep,
    ]);

    expect(await readAll(await derived)).toEqual(chunks);
    expect(traces.span("ChatCompletion").attributes["output.value"]).toBe("Madrid is at 31 degrees.");
  });

  it("refuses to be read twice, as ever, which makes the call no failed one", async () => {
    const { client } = await startClient(answer);
    const stream = await client.chat.completions.create({ ...ASK, stream: true });

    const reading = stream[Symbol.asyncIterator]();
    await reading.next();
    await expect(readAll(stream)).rejects.toThrow("consumed stream");
    while (!(await reading.next()).done);

    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
  });

  it("is not changed by what it is asked: the body stays as it was", async () => {
    const { client, received } = await startClient(answer);
    const body = Object.freeze({ ...ASK, stream: true } as const);

    await readAll(await client.chat.completions.create(body));

    expect(received[0]?.body).toEqual(body);
  });

  it("is what it was with clients that have promises of their own, or throw at once", async () => {
    const thrown = new RangeError("too far");
    class Completions {
      create(body: unknown): unknown {
        if (body === "fail") throw thrown;
        return Promise.resolve(completion);
      }
    }
    const own = instrumentOpenAI({ Chat: { Completions }, Responses: Completions });
    onTestFinished(() => own.uninstrument());

    expect(await new Completions().create({})).toBe(completion);
    expect(() => new Completions().create("fail")).toThrow(thrown);

    await expect.poll(() => traces.tree()).toBe("LLM ChatCompletion  OK\nLLM ChatCompletion  ERROR");
  });
});

function keep(stream: AsyncIterable<unknown>): AsyncIterable<unknown> {
  return stream;
}
