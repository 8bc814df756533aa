import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import OpenAI, { type ClientOptions } from "openai";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { afterEach, beforeEach } from "vitest";
import { z } from "zod";
import { instrumentOpenAI, type OpenAIInstrumentation } from "../../instrumentors/openai/instrument-openai.ts";
import { startEndpoint } from "../models/openai-server.ts";
import { traceEachTest } from "../support/traces.ts";

/** Traces the calls of the openai package in each test of the file, beside the runtime's own. */
export function traceOpenAI(): ReturnType<typeof traceEachTest> {
  const traces = traceEachTest();
  let on: OpenAIInstrumentation | undefined;
  beforeEach(() => {
    on = instrumentOpenAI(OpenAI);
  });
  afterEach(() => on?.uninstrument());
  return traces;
}

/** Starts an endpoint, and makes a client for it that does not try again. */
export async function startClient(answer: Parameters<typeof startEndpoint>[0], options: ClientOptions = {}) {
  const endpoint = await startEndpoint(answer);
  return { ...endpoint, client: new OpenAI({ apiKey: "none", maxRetries: 0, baseURL: endpoint.baseURL, ...options }) };
}

const fixtureSchema = z.object({ completion: z.unknown(), chunks: z.array(z.unknown()) });

/** Reads an answer of Chat Completions, whole and in chunks. */
export function chatFixture(name: string): z.infer<typeof fixtureSchema> {
  const file = new URL(`../models/fixtures/openai-model/${name}.json`, import.meta.url);
  return fixtureSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** Sends the beginning of a stream, and leaves it open. */
export function beginEvents(response: ServerResponse, events: readonly unknown[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
}

/** Reads a stream to its end, if `onItem`, told how many there are so far, does not throw. */
export async function readAll<T>(stream: AsyncIterable<T>, onItem = (_count: number): void => {}): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) onItem(items.push(item));
  return items;
}

/** Reads so many items of a stream, and leaves it by `break`. */
export async function readAndLeave(stream: AsyncIterable<unknown>, count: number): Promise<void> {
  const items: unknown[] = [];
  for await (const item of stream) if (items.push(item) === count) break;
}

/** Is a question to ask of Chat Completions. */
export const ASK: { model: string; messages: ChatCompletionMessageParam[] } = {
  model: "gpt-4.1-mini",
  messages: [{ role: "user", content: "How hot is Madrid?" }],
};
