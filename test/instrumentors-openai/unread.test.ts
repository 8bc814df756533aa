import { execFile } from "node:child_process";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { answerBoth } from "../models/openai-server.ts";
import { ASK, beginEvents, chatFixture, startClient, traceOpenAI } from "./traced-client.ts";

const run = promisify(execFile);
const traces = traceOpenAI();
const fixture = chatFixture("text");
const STREAM = { ...ASK, stream: true } as const;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Collects garbage until a span has ended; the test's own time limit says when to give up. */
async function untilSpanEnds(): Promise<void> {
  while (traces.spans().length === 0) {
    collectGarbage();
    // Finalizers are run between turns of the event loop.
    await setImmediate();
  }
}

describe("what nobody reads", () => {
  it("ends when the stream is collected", async () => {
    const { client } = await startClient(answerBoth(fixture));

    await client.chat.completions.create(STREAM);

    await untilSpanEnds();
    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(traces.span("ChatCompletion").attributes["vitrine.stop_reason"]).toBe("unread");
  });

  it("ends when the stream is collected, though the signal of its caller lives on", async () => {
    const { client } = await startClient((response) => beginEvents(response, fixture.chunks.slice(0, 2)));
    const { signal } = new AbortController();

    await client.chat.completions.create(STREAM, { signal });

    await untilSpanEnds();
    expect(traces.span("ChatCompletion").attributes["vitrine.stop_reason"]).toBe("unread");
    expect(signal.aborted).toBe(false);
  });

  it("ends when the branches of a stream are collected that was read in part, with what came", async () => {
    const { client } = await startClient((response) => beginEvents(response, fixture.chunks.slice(0, 2)));
    await readTwoOf(client.chat.completions.create(STREAM).then((stream) => stream.tee()[0]));

    await untilSpanEnds();

    expect(traces.span("ChatCompletion").attributes).toMatchObject({
      "output.value": "Madrid",
      "vitrine.stop_reason": "unread",
    });
  });

  it("ends when the promise is collected that nobody awaited", async () => {
    const { client, received } = await startClient(answerBoth(fixture));

    void client.chat.completions.create(ASK);

    await untilSpanEnds();
    expect(received.length).toBe(1);
    expect(traces.span("ChatCompletion").attributes["vitrine.stop_reason"]).toBe("unread");
  });

  it("goes on while the iterator is held, without its stream or promise", async () => {
    const { client } = await startClient(answerBoth(fixture));
    const reading = (await client.chat.completions.create(STREAM))[Symbol.asyncIterator]();

    await reading.next();
    for (let turn = 0; turn < 20; turn++) {
      collectGarbage();
      await setImmediate();
    }
    const spansMeanwhile = traces.spans().length;
    while (!(await reading.next()).done);

    expect(spansMeanwhile).toBe(0);
    expect(traces.span("ChatCompletion").attributes["llm.finish_reason"]).toBe("stop");
  });
});

describe("what a process holds on to", () => {
  it("ends when the process has nothing left to do", async () => {
    const line = "LLM ChatCompletion  OK";
    expect(await runUnread()).toEqual({
      tree: [line, line, line].join("\n"),
      stops: ["unread", "unread", "unread"],
      said: expect.arrayContaining(["Madrid", null, null]),
      held: 3,
    });
  });

  it("ends as failed when the process leaves amid it", async () => {
    const line = "LLM ChatCompletion  ERROR";
    const reason = "ProcessExit: The process ended before this did.";
    expect(await runUnread("leave")).toEqual({
      tree: [line, line, line].join("\n"),
      stops: [reason, reason, reason],
      said: expect.arrayContaining(["Madrid", null, null]),
      held: 3,
    });
  });
});

async function runUnread(...args: readonly string[]): Promise<unknown> {
  const { baseURL } = await startClient(answerBoth(fixture));
  const program = fileURLToPath(new URL("unread-program.ts", import.meta.url));
  const flags = ["--import", "tsx", "--conditions=@vitrine/source"];
  const { stdout } = await run(process.execPath, [...flags, program, baseURL, ...args]);
  return JSON.parse(stdout);
}

async function readTwoOf(branch: Promise<AsyncIterable<unknown>>): Promise<void> {
  const reading = (await branch)[Symbol.asyncIterator]();
  await reading.next();
  await reading.next();
}
