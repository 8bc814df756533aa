import { EventEmitter, once } from "node:events";
import { describe, expect, it } from "vitest";
import { CHAT_COMPLETIONS } from "../../instrumentors/openai/chat-completions.ts";
import { ModelCall } from "../../instrumentors/openai/model-call.ts";
import { watchStream } from "../../instrumentors/openai/watch-stream.ts";
import { ASK, beginEvents, chatFixture, readAll, readAndLeave, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();
const STREAM = { ...ASK, stream: true } as const;
const beginning = chatFixture("text").chunks.slice(0, 2);

/** Starts an endpoint that begins an answer and never ends it. `gone` settles when the client closes the connection. */
async function startEndlessClient() {
  const left = new EventEmitter();
  const gone = once(left, "gone");
  const { client } = await startClient((response) => {
    response.once("close", () => left.emit("gone"));
    beginEvents(response, beginning);
  });
  return { client, gone };
}

describe("a stream that is left", () => {
  it("is closed upstream by break, and its span holds what came", async () => {
    const { client, gone } = await startEndlessClient();

    await readAndLeave(await client.chat.completions.create(STREAM), 2);

    await gone;
    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
    const { attributes } = traces.span("ChatCompletion");
    expect(attributes).toMatchObject({ "output.value": "Madrid", "vitrine.stop_reason": "abandoned" });
    expect(attributes).not.toHaveProperty("llm.finish_reason");
  });

  it("is sent no chunk after the third, when its reader leaves after 3 of 50", async () => {
    const read = new EventEmitter();
    let [sent, gone] = [0, Promise.resolve<unknown[]>([])];
    const { client } = await startClient((response) => {
      gone = once(response, "close");
      const send = (): void => void (sent++ < 50 && response.write(`data: ${JSON.stringify(beginning[1])}\n\n`));
      response.writeHead(200, { "content-type": "text/event-stream" });
      read.on("chunk", send);
      send();
    });

    for await (const chunk of await client.chat.completions.create(STREAM)) {
      if (sent === 3) break;
      read.emit("chunk", chunk);
    }

    await gone;
    expect(sent).toBe(3);
    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(traces.span("ChatCompletion").attributes["vitrine.stop_reason"]).toBe("abandoned");
  });

  it("is closed upstream when the readable stream that was made of it is cancelled", async () => {
    const { client, gone } = await startEndlessClient();
    const reader = (await client.chat.completions.create(STREAM)).toReadableStream().getReader();

    await reader.read();
    await reader.cancel();

    await gone;
    expect(traces.span("ChatCompletion").attributes["vitrine.stop_reason"]).toBe("abandoned");
  });

  it("is closed upstream by what its reader throws, which is no failure of the model", async () => {
    const { client, gone } = await startEndlessClient();
    const stream = await client.chat.completions.create(STREAM);

    await expect(readAll(stream, failAtOnce)).rejects.toThrow(RangeError);

    await gone;
    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
  });

  it("ends with its controller", async () => {
    const { client, gone } = await startEndlessClient();
    const stream = await client.chat.completions.create(STREAM);

    await readAll(stream, () => stream.controller.abort());

    await gone;
    expect(traces.span("ChatCompletion").attributes["vitrine.stop_reason"]).toBe("aborted");
  });

  it("ends with the signal of its caller", async () => {
    const { client, gone } = await startEndlessClient();
    const abort = new AbortController();

    const stream = await client.chat.completions.create(STREAM, { signal: abort.signal });
    await readAll(stream, () => abort.abort());

    await gone;
    expect(traces.span("ChatCompletion").attributes["vitrine.stop_reason"]).toBe("aborted");
  });

  it("ends at once when its controller aborts it, though nobody reads it and somebody keeps it", async () => {
    const { client, gone } = await startEndlessClient();
    const stream = await client.chat.completions.create(STREAM);

    stream.controller.abort();

    await gone;
    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(traces.span("ChatCompletion").attributes["vitrine.stop_reason"]).toBe("aborted");
    expect(stream.controller.signal.aborted).toBe(true);
  });

  it("ends at once when its caller's signal aborts it, though its reader keeps it and reads no more", async () => {
    const { client, gone } = await startEndlessClient();
    const abort = new AbortController();
    const stream = await client.chat.completions.create(STREAM, { signal: abort.signal });
    const reading = stream[Symbol.asyncIterator]();
    await reading.next();
    await reading.next();

    abort.abort();

    await gone;
    expect(traces.span("ChatCompletion").attributes).toMatchObject({
      "output.value": "Madrid",
      "vitrine.stop_reason": "aborted",
    });
    expect(await reading.next()).toMatchObject({ done: true });
  });

  it("has ended where it was aborted before it was given", async () => {
    const controller = new AbortController();
    const call = new ModelCall(CHAT_COMPLETIONS.gather(), () => {});
    controller.abort();

    watchStream({ controller, iterator: () => ({ next: async () => ({ done: true, value: undefined }) }) }, call);

    expect(await call.ended).toBe("aborted");
  });

  it("ends when the reader of the helper's events leaves", async () => {
    const { client, gone } = await startEndlessClient();

    await readAndLeave(client.chat.completions.stream(ASK), 1);

    await gone;
    await expect.poll(() => traces.tree(), { timeout: 30_000 }).toBe("LLM ChatCompletion  OK");
  });

  it("ends once, whatever is called after", async () => {
    const { client } = await startEndlessClient();
    const reading = (await client.chat.completions.create(STREAM))[Symbol.asyncIterator]();

    await reading.next();
    await reading.return?.();
    await reading.return?.();
    await reading.next();

    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
  });
});

function failAtOnce(): void {
  throw new RangeError("too far");
}
