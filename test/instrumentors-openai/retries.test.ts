import type { ServerResponse } from "node:http";
import { diag } from "@opentelemetry/api";
import OpenAI, { AzureOpenAI } from "openai";
import { describe, expect, it, onTestFinished } from "vitest";
import { OpenAIModel } from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { instrumentOpenAI } from "../../instrumentors/openai/instrument-openai.ts";
import { answerBoth, sendJson } from "../models/openai-server.ts";
import { keepWarnings } from "../support/warnings.ts";
import { ASK, chatFixture, readAll, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();
const fixture = chatFixture("text");
const answer = answerBoth(fixture);

const busy = (response: ServerResponse): void =>
  sendJson(response, {}, { status: 503, headers: { "retry-after-ms": "1" } });
const UNAVAILABLE = { reason: "503 Service Unavailable", "http.response.status_code": 503 };

/** Starts an endpoint that fails in these ways, one a request, and then answers. */
async function startFailing(...failures: readonly ((response: ServerResponse) => void)[]) {
  let requests = 0;
  return startClient(
    (response, received, request) => {
      const respond = failures[requests++] ?? answer;
      respond(response, received, request);
    },
    { maxRetries: 2 },
  );
}

function retriesOf(name: string): unknown[] {
  return traces
    .span(name)
    .events.filter((event) => event.name === "llm.retry")
    .map(({ attributes }) => attributes);
}

describe("a retry of the package's own", () => {
  it("is an event of the span, which is no failure", async () => {
    const { client } = await startFailing(busy, (response) => response.destroy());

    await client.chat.completions.create(ASK);

    expect(traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(retriesOf("ChatCompletion")).toEqual([
      { attempt: 1, ...UNAVAILABLE },
      { attempt: 2, reason: expect.stringContaining("fetch failed") },
    ]);
  });

  it("is told of where the call fails for good, but not the failure that ended it", async () => {
    const { client } = await startFailing(busy, busy, busy);

    await expect(client.chat.completions.create(ASK)).rejects.toThrow("503");

    expect(retriesOf("ChatCompletion")).toEqual([
      { attempt: 1, ...UNAVAILABLE },
      { attempt: 2, ...UNAVAILABLE },
    ]);
  });

  it("is told of where an attempt took too long", async () => {
    const { client } = await startFailing(() => {});

    // Whether the next attempts come through in time is up to the machine.
    await client.chat.completions.create(ASK, { timeout: 100 }).catch(() => {});

    expect(retriesOf("ChatCompletion")[0]).toEqual({ attempt: 1, reason: "timed out" });
  });

  it("is an event of a streamed call too", async () => {
    const { client } = await startFailing(busy);

    await readAll(await client.chat.completions.create({ ...ASK, stream: true }));

    expect(retriesOf("ChatCompletion")).toEqual([{ attempt: 1, ...UNAVAILABLE }]);
  });

  it("is not told of where there is none", async () => {
    const { client } = await startFailing();

    await client.chat.completions.create(ASK);
    await client.chat.completions.create(ASK);

    expect(traces.spans().flatMap(({ events }) => events)).toEqual([]);
  });

  it("is told of once, where the call is of an OpenAIModel", async () => {
    const { baseURL } = await startFailing(busy);

    await new OpenAIModel({ modelId: "m", baseURL, apiKey: "none" }).generate({
      messages: [{ role: "user", content: "Go" }],
    });

    expect(retriesOf("OpenAIModel.generate")).toEqual([{ attempt: 1, ...UNAVAILABLE }]);
  });

  it("is told of on the span of the package, where the runtime's own instrumentor is off", async () => {
    const { baseURL } = await startFailing(busy);
    instrument().uninstrument();

    await new OpenAIModel({ modelId: "m", baseURL, apiKey: "none" }).generate({
      messages: [{ role: "user", content: "Go" }],
    });

    expect(retriesOf("ChatCompletion")).toEqual([{ attempt: 1, ...UNAVAILABLE }]);
  });

  it("is not told of, and nothing else is changed, where a class lets nobody see how it fetches", () => {
    class Sealed extends OpenAI {
      override async fetchWithTimeout(...args: Parameters<OpenAI["fetchWithTimeout"]>): Promise<Response> {
        return super.fetchWithTimeout(...args);
      }
    }
    Object.freeze(Sealed.prototype);
    const warnings = keepWarnings();
    onTestFinished(() => diag.disable());

    const on = instrumentOpenAI(Sealed);
    onTestFinished(() => on.uninstrument());

    expect(on.isEnabled()).toBe(true);
    expect(warnings).toEqual([expect.stringContaining("retries of the openai package cannot be told of")]);
  });

  it("is told of once, where a class is instrumented beside one that extends it, whose methods stay where they stood", async () => {
    const { baseURL } = await startFailing(busy);
    const on = instrumentOpenAI(AzureOpenAI);
    onTestFinished(() => on.uninstrument());

    const client = new AzureOpenAI({ apiKey: "none", baseURL, apiVersion: "2024-10-21" });
    await client.chat.completions.create(ASK);

    expect(retriesOf("ChatCompletion")).toEqual([{ attempt: 1, ...UNAVAILABLE }]);
    expect(Object.hasOwn(AzureOpenAI.prototype, "fetchWithTimeout")).toBe(false);
  });
});
