const { deepStrictEqual } = require("node:assert");
const { z } = require("zod");
const { startServer } = require("./openai-server.cjs");

/**
 * A client of the version of openai that is installed: another one than the repository's.
 * @typedef {any} Client
 *
 * How a program calls the package. Gives all that it gets.
 * @typedef {(client: Client, format: Record<"chat" | "responses", object>) => Promise<unknown>} Call
 */

const CHAT = { model: "gpt-4.1-mini", messages: [{ role: "user", content: "How hot is Madrid?" }] };
const RESPONSES = { model: "gpt-5-mini", input: "How hot is Madrid?" };

/** @type {Readonly<Record<string, Call>>} */
const CALLS = {
  create: async ({ chat }) => chat.completions.create(CHAT),
  parse: async ({ chat }, format) => chat.completions.parse({ ...CHAT, ...format.chat }),
  "stream: true": async ({ chat }) => readAll(await chat.completions.create({ ...CHAT, stream: true })),
  "stream()": async ({ chat }) => chat.completions.stream(CHAT).finalChatCompletion(),
  withResponse: async ({ chat }) => both(await chat.completions.create(CHAT).withResponse()),
  "withResponse of parse": async ({ chat }, format) =>
    both(await chat.completions.parse({ ...CHAT, ...format.chat }).withResponse()),
  asResponse: async ({ chat }) => raw(await chat.completions.create(CHAT).asResponse()),
  "asResponse of parse": async ({ chat }, format) =>
    raw(await chat.completions.parse({ ...CHAT, ...format.chat }).asResponse()),
  "status 400": async ({ chat }) => chat.completions.create({ ...CHAT, model: "none" }),
  "status 400 of parse": async ({ chat }, format) => chat.completions.parse({ ...CHAT, ...format.chat, model: "none" }),
  "status 400 of stream()": async ({ chat }) =>
    chat.completions.stream({ ...CHAT, model: "none" }).finalChatCompletion(),
  "one retry": async ({ chat }) => chat.completions.create({ ...CHAT, model: "busy" }),
  "responses.create": async ({ responses }) => responses.create(RESPONSES),
  "responses.parse": async ({ responses }, format) => responses.parse({ ...RESPONSES, ...format.responses }),
  "responses, stream: true": async ({ responses }) => readAll(await responses.create({ ...RESPONSES, stream: true })),
};

/**
 * Makes each call twice, without and with `instrumentOpenAI()`, which must give the same; what is traced lies in a span of the call's name.
 * `../expected-calls.ts` says what is to be seen of it. A promise that nobody handles ends the process, as everywhere in Node.
 * @param {Pick<import("./set-ups.cjs").Parts, "load" | "instrumentors">} parts
 */
async function compareCalls({ load, instrumentors: { instrumentOpenAI } }) {
  const { OpenAI } = await load("openai");
  const { zodResponseFormat, zodTextFormat } = await load("openai/helpers/zod");
  const { trace } = await load("@opentelemetry/api");
  const schema = z.object({ degrees: z.number() });
  const format = {
    chat: { response_format: zodResponseFormat(schema, "weather") },
    responses: { text: { format: zodTextFormat(schema, "weather") } },
  };
  const server = await startServer();
  const client = new OpenAI({ apiKey: "none", baseURL: server.baseURL, maxRetries: 1 });
  const untraced = new Map();
  for (const [name, call] of Object.entries(CALLS)) untraced.set(name, await outcomeOf(call(client, format)));
  instrumentOpenAI(OpenAI);
  for (const [name, call] of Object.entries(CALLS)) {
    const traced = await trace.getTracer("app").startActiveSpan(name, async (/** @type {{ end(): void }} */ span) => {
      const outcome = await outcomeOf(call(client, format));
      span.end();
      return outcome;
    });
    deepStrictEqual(traced, untraced.get(name), `What "${name}" gives is not what it gives untraced.`);
  }
  server.close();
}

/**
 * Tells what the caller got: a value, or an error.
 * @param {Promise<unknown>} promise
 */
async function outcomeOf(promise) {
  try {
    return { value: await promise };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const facts = ["status", "code", "error", "requestID"].map((name) => Reflect.get(error, name));
    return { class: error.constructor, message: error.message, facts };
  }
}

/** @param {AsyncIterable<unknown>} stream */
async function readAll(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** @param {{ data: unknown, response: Response, request_id: unknown }} given */
function both({ data, response, request_id }) {
  return { data, status: response.status, request_id };
}

/** @param {Response} response */
async function raw(response) {
  return { status: response.status, isRead: response.bodyUsed, body: await response.json() };
}

module.exports = { compareCalls };
