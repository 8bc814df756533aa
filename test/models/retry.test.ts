import type { IncomingMessage, ServerResponse } from "node:http";
import OpenAI from "openai";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ModelError } from "../../src/errors.ts";
import type { GenerateRequest, ModelRetry } from "../../src/models/model.ts";
import { OpenAIModel } from "../../src/models/openai-model.ts";
import { sendJson, startEndpoint } from "./openai-server.ts";

const request: GenerateRequest = { messages: [{ role: "user", content: "How hot is Madrid?" }] };
const SOON = { "retry-after-ms": "1" };

type Attempt = (response: ServerResponse, request: IncomingMessage) => void;

const succeed: Attempt = (response) => sendJson(response, { choices: [{ message: { content: "31 degrees." } }] });
const reset: Attempt = (_response, { socket }) => void socket.resetAndDestroy();

function fail(status: number, headers: Record<string, string> = SOON): Attempt {
  return (response) => sendJson(response, { error: { message: "Not now." } }, { status, headers });
}

/** Starts an endpoint that answers each request by the next of the attempts. */
async function startAttempts(attempts: readonly Attempt[]): Promise<{ baseURL: string; received: unknown[] }> {
  let next = 0;
  return startEndpoint((response, _received, incoming) => attempts[next++]?.(response, incoming));
}

function listen(): { readonly retries: ModelRetry[]; readonly onRetry: (retry: ModelRetry) => void } {
  const retries: ModelRetry[] = [];
  return { retries, onRetry: (retry) => void retries.push(retry) };
}

describe("OpenAIModel, when it tries again", () => {
  it.each([undefined, () => {}])("tells of each retry and by what the last attempt failed", async (onDelta) => {
    const { baseURL, received } = await startAttempts([reset, fail(429), fail(408), fail(409), fail(500), fail(404)]);
    const { retries, onRetry } = listen();
    const model = new OpenAIModel({ modelId: "m", baseURL, maxRetries: 9 });

    const call = model.generate(request, { onRetry, onDelta });

    await expect(call).rejects.toMatchObject({ status: 404 });
    expect(received).toHaveLength(6);
    expect(retries).toEqual([
      { attempt: 1, reason: expect.stringMatching(/ECONNRESET|other side closed/) },
      { attempt: 2, reason: "429 Too Many Requests", status: 429 },
      { attempt: 3, reason: "408 Request Timeout", status: 408 },
      { attempt: 4, reason: "409 Conflict", status: 409 },
      { attempt: 5, reason: "500 Internal Server Error", status: 500 },
    ]);
  });

  it("tells before the retry is made, and gives its answer", async () => {
    const { baseURL, received } = await startAttempts([fail(503), succeed]);
    const before: number[] = [];
    const model = new OpenAIModel({ modelId: "m", baseURL });

    const { message } = await model.generate(request, { onRetry: () => before.push(received.length) });

    expect(message.content).toBe("31 degrees.");
    expect(before).toEqual([1]);
  });

  it("waits as long as Retry-After says", async () => {
    const { baseURL } = await startAttempts([fail(429, { "retry-after": "0.0123" }), succeed]);
    const timers = vi.spyOn(globalThis, "setTimeout");
    onTestFinished(() => timers.mockRestore());

    await new OpenAIModel({ modelId: "m", baseURL }).generate(request);

    expect(timers.mock.calls.map(([, durationMs]) => durationMs)).toContain(12.3);
  });

  it("tells of none where none may be made", async () => {
    const { baseURL, received } = await startAttempts([fail(500), succeed]);
    const { retries, onRetry } = listen();

    const call = new OpenAIModel({ modelId: "m", baseURL, maxRetries: 0 }).generate(request, { onRetry });

    await expect(call).rejects.toBeInstanceOf(ModelError);
    expect(retries).toEqual([]);
    expect(received).toHaveLength(1);
  });

  it("tells of none that is not made", async () => {
    const { baseURL } = await startAttempts([succeed]);
    const { retries, onRetry } = listen();

    await new OpenAIModel({ modelId: "m", baseURL }).generate(request, { onRetry });

    expect(retries).toEqual([]);
  });

  it("tells an attempt that took too long", async () => {
    const { baseURL } = await startAttempts([() => {}, succeed]);
    const { retries, onRetry } = listen();

    await new OpenAIModel({ modelId: "m", baseURL, timeoutMs: 100 }).generate(request, { onRetry }).catch(() => {});

    expect(retries[0]).toEqual({ attempt: 1, reason: "timed out" });
  });

  it("tells each call of its own retries, also side by side", async () => {
    const seen = { a: 0, b: 0 };
    const { baseURL } = await startEndpoint((response, { body }) => {
      const isFailure = body["user"] === "a" ? seen.a++ < 1 : seen.b++ < 2;
      (isFailure ? fail(503) : succeed)(response, response.req);
    });
    const model = new OpenAIModel({ modelId: "m", baseURL });
    const [a, b] = [listen(), listen()];

    await Promise.all([
      model.generate({ ...request, parameters: { user: "a" } }, { onRetry: a.onRetry }),
      model.generate({ ...request, parameters: { user: "b" } }, { onRetry: b.onRetry }),
    ]);

    expect(a.retries.map(({ attempt }) => attempt)).toEqual([1]);
    expect(b.retries.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it("fails by what the listener throws, and tries no more", async () => {
    const { baseURL, received } = await startAttempts([fail(503), succeed]);
    const cause = new Error("the listener broke");

    const call = new OpenAIModel({ modelId: "m", baseURL }).generate(request, {
      onRetry: () => {
        throw cause;
      },
    });

    await expect(call).rejects.toMatchObject({ name: "ModelError", cause });
    expect(received).toHaveLength(1);
  });

  it("asks through the fetch of the day", async () => {
    const { baseURL } = await startAttempts([succeed]);
    const model = new OpenAIModel({ modelId: "m", baseURL });
    const fetches = vi.spyOn(globalThis, "fetch");
    onTestFinished(() => fetches.mockRestore());

    await model.generate(request);

    expect(fetches).toHaveBeenCalledTimes(1);
  });

  it("leaves a client of one's own its fetch, and does not see its retries", async () => {
    const { baseURL, received } = await startAttempts([fail(503), succeed]);
    const { retries, onRetry } = listen();
    const client = new OpenAI({ baseURL, apiKey: "sk-own" });

    await new OpenAIModel({ modelId: "m", client }).generate(request, { onRetry });

    expect(received).toHaveLength(2);
    expect(retries).toEqual([]);
  });
});
