const { createServer } = require("node:http");

const TEXT = '{"degrees":31}';
const ITEM = {
  type: "message",
  id: "msg_1",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text: TEXT, annotations: [] }],
};
const COMPLETION = { id: "chatcmpl-1", created: 1_795_600_000, model: "gpt-4.1-mini" };
const RESPONSE = { id: "resp_1", object: "response", model: "gpt-5-mini", error: null };

/**
 * What each endpoint answers: whole, and as the events of a stream.
 * @type {Readonly<Record<string, { readonly whole: object, readonly events: readonly object[] }>>}
 */
const ANSWERS = {
  "/v1/chat/completions": {
    whole: {
      ...COMPLETION,
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: TEXT, refusal: null }, finish_reason: "stop" }],
      usage: { prompt_tokens: 24, completion_tokens: 9, total_tokens: 33 },
    },
    events: [
      { role: "assistant", content: "" },
      { content: TEXT.slice(0, 5) },
      { content: TEXT.slice(5) },
      { isLast: true },
    ].map(({ isLast, ...delta }) => ({
      ...COMPLETION,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason: isLast ? "stop" : null }],
    })),
  },
  "/v1/responses": {
    whole: { ...RESPONSE, status: "completed", output: [ITEM] },
    events: [
      { type: "response.created", response: { ...RESPONSE, status: "in_progress", output: [] } },
      { type: "response.output_item.added", output_index: 0, item: { ...ITEM, status: "in_progress", content: [] } },
      { type: "response.output_item.done", output_index: 0, item: ITEM },
      { type: "response.completed", response: { ...RESPONSE, status: "completed", output: [ITEM] } },
    ],
  },
};

/**
 * Starts a server that speaks as OpenAI's does. The model "none" is a bad request; the model "busy" fails at the first attempt of each call.
 * @returns {Promise<{ readonly baseURL: string, close(): void }>}
 */
async function startServer() {
  const server = createServer((request, response) => {
    /** @type {Buffer[]} */
    const pieces = [];
    request.on("data", (piece) => pieces.push(piece));
    request.on("end", () => answer(request, response, JSON.parse(Buffer.concat(pieces).toString())));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { baseURL: `http://127.0.0.1:${address.port}/v1`, close };
}

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 * @param {{ readonly model: string, readonly stream?: boolean }} body
 */
function answer({ url = "", headers }, response, { model, stream }) {
  const isFirst = headers["x-stainless-retry-count"] === "0";
  if (model === "none") return send(response, 400, { error: { message: "There is no such model." } });
  if (model === "busy" && isFirst) return send(response, 500, { error: { message: "Busy." } });
  const { whole, events } = ANSWERS[url] ?? {};
  if (!whole || !events) return send(response, 404, {});
  if (!stream) return send(response, 200, whole);
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
  return response.end("data: [DONE]\n\n");
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} status
 * @param {object} body
 */
function send(response, status, body) {
  const headers = { "content-type": "application/json", "x-request-id": "req_1", "retry-after-ms": "1" };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

module.exports = { startServer };
