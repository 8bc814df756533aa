import { execFile } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { promisify } from "node:util";
import OpenAI, { AuthenticationError } from "openai";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { AgentAbortError, ConfigurationError, ModelError } from "../../src/errors.ts";
import type { GenerateRequest } from "../../src/models/model.ts";
import { OpenAIModel } from "../../src/models/openai-model.ts";
import { answerBoth, sendEvents, sendJson, startEndpoint } from "./openai-server.ts";

const run = promisify(execFile);
const request: GenerateRequest = { messages: [{ role: "user", content: "How hot is Madrid?" }] };
const ANSWER = { completion: { choices: [{ message: { content: "31 degrees." } }] }, chunks: [] };

describe("OpenAIModel, when a call fails", () => {
  it("tells status, request id and body of an error", async () => {
    const error = { message: "Incorrect API key provided.", type: "invalid_request_error", code: "invalid_api_key" };
    const { baseURL, received } = await startEndpoint((response) => {
      sendJson(response, { error }, { status: 401, headers: { "x-request-id": "req_1" } });
    });

    const failure = await failureOf(new OpenAIModel({ modelId: "some-model", baseURL }).generate(request));

    expect(failure).toMatchObject({ status: 401, requestId: "req_1", body: error, modelId: "some-model" });
    expect(failure.message).toBe(
      `The call to model "some-model" at ${baseURL} failed: 401 Incorrect API key provided.`,
    );
    expect(failure.cause).toBeInstanceOf(AuthenticationError);
    expect(received).toHaveLength(1);
  });

  it("names the address where nothing answers", async () => {
    const model = new OpenAIModel({ modelId: "some-model", baseURL: await closedAddress(), maxRetries: 0 });

    const failure = await failureOf(model.generate(request));

    expect(failure.message).toContain(`at ${model.baseURL} failed: Connection error: `);
    expect(failure.message).toContain("ECONNREFUSED");
    expect(failure.status).toBeUndefined();
  });

  it("retries as often as it is told", async () => {
    const { baseURL, received } = await startEndpoint((response) => {
      sendJson(response, { error: { message: "overloaded" } }, { status: 503, headers: { "retry-after-ms": "1" } });
    });

    const failure = await failureOf(new OpenAIModel({ modelId: "m", baseURL, maxRetries: 1 }).generate(request));

    expect(failure.status).toBe(503);
    expect(received).toHaveLength(2);
  });

  it("gives up on an endpoint that stays silent", async () => {
    const { baseURL } = await startEndpoint(() => {});

    const model = new OpenAIModel({ modelId: "m", baseURL, maxRetries: 0, timeoutMs: 20 });

    await expect(model.generate(request)).rejects.toThrow("Request timed out");
  });

  it("fails on an error in the middle of a stream", async () => {
    const { baseURL } = await startEndpoint((response) => {
      const error = { code: 500, message: "The model wrote nonsense.", type: "server_error" };
      sendEvents(response, [{ choices: [{ delta: { content: "Hel" } }] }, { error }]);
    });

    const failure = await failureOf(
      new OpenAIModel({ modelId: "m", baseURL }).generate(request, { onDelta: () => {} }),
    );

    expect(failure.message).toContain("The model wrote nonsense");
    expect(failure.body).toMatchObject({ code: 500 });
  });

  it.each([
    ["an error with status 200", { error: { message: "No provider left.", code: 502 } }, "No provider left"],
    ["an answer of another kind", { detail: "Not here" }, "the answer holds no choices"],
  ])("fails on %s", async (_name, answer, message) => {
    const { baseURL } = await startEndpoint((response) => sendJson(response, answer));

    const failure = await failureOf(new OpenAIModel({ modelId: "m", baseURL }).generate(request));

    expect(failure.message).toContain(message);
  });

  it("fails on a web page", async () => {
    const { baseURL } = await startEndpoint((response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Welcome</html>");
    });

    const failure = await failureOf(new OpenAIModel({ modelId: "m", baseURL }).generate(request));

    expect(failure.message).toContain("the answer is no chat completion: <html>Welcome</html>");
  });

  it("fails on a stream without an answer", async () => {
    const { baseURL } = await startEndpoint((response) => sendEvents(response, []));

    const call = new OpenAIModel({ modelId: "m", baseURL }).generate(request, { onDelta: () => {} });

    await expect(call).rejects.toThrow("the answer holds no choices");
  });

  it("asks again when the connection closes before the answer", async () => {
    const { baseURL, received } = await startEndpoint((response, _received, { socket }) => {
      if (received.length === 1) socket.destroy();
      else sendEvents(response, [{ choices: [{ delta: { content: "Hello" } }] }]);
    });

    const { message } = await new OpenAIModel({ modelId: "m", baseURL }).generate(request, { onDelta: () => {} });

    expect(message.content).toBe("Hello");
    expect(received).toHaveLength(2);
  });

  it("closes the connection when it is aborted in the middle of a stream", async () => {
    const controller = new AbortController();
    const connection = new EventEmitter();
    const closed = once(connection, "close");
    const { baseURL } = await startEndpoint((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).on("close", () => connection.emit("close"));
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: "Hel" } }] })}\n\n`);
    });

    const call = new OpenAIModel({ modelId: "m", baseURL }).generate(request, {
      signal: controller.signal,
      onDelta: () => controller.abort(new Error("enough")),
    });

    await expect(call).rejects.toBeInstanceOf(AgentAbortError);
    await closed;
  });
});

describe("OpenAIModel without the openai package", () => {
  it("says what to install", async () => {
    const source = new URL("../../src/models/openai-model.ts", import.meta.url).href;
    const hooks = `export const resolve = (name, context, next) => {
      if (name === "openai") throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
      return next(name, context);
    };`;
    const program = `
      import { register } from "node:module";
      register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}));
      const { OpenAIModel } = await import(${JSON.stringify(source)});
      const model = new OpenAIModel({ modelId: "m", baseURL: "http://localhost/v1" });
      await model.generate({ messages: [] }).catch(({ name, message }) => console.log(name + ": " + message));`;

    const { stdout } = await run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program]);

    expect(stdout).toBe("ConfigurationError: OpenAIModel needs the openai package: npm install openai\n");
  });
});

describe("OpenAIModel, set up by the environment", () => {
  it("takes address and key from there", async () => {
    const { baseURL, received } = await startEndpoint(answerBoth(ANSWER));
    setEnvironment({ OPENAI_BASE_URL: baseURL, OPENAI_API_KEY: "sk-env" });

    await new OpenAIModel({ modelId: "m" }).generate(request);

    expect(received[0]?.authorization).toBe("Bearer sk-env");
  });

  it("says which key is missing", () => {
    setEnvironment({ OPENAI_BASE_URL: "", OPENAI_API_KEY: "" });

    expect(() => new OpenAIModel({ modelId: "m" })).toThrow(ConfigurationError);
    expect(() => new OpenAIModel({ modelId: "m" })).toThrow(
      /no key for https:\/\/api\.openai\.com\/v1.*OPENAI_API_KEY.*`apiKey`/,
    );
  });

  it("needs no key for a server on this machine", async () => {
    setEnvironment({ OPENAI_API_KEY: "" });
    const { baseURL, received } = await startEndpoint(answerBoth(ANSWER));

    await new OpenAIModel({ modelId: "m", baseURL }).generate(request);

    expect(received).toHaveLength(1);
  });

  it("refuses an address beside a client, which has its own", () => {
    const client = new OpenAI({ apiKey: "sk-own" });

    const create = (): OpenAIModel => new OpenAIModel({ modelId: "m", client, baseURL: "http://localhost:1/v1" });

    expect(create).toThrow(ConfigurationError);
  });
});

function setEnvironment(variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

async function failureOf(call: Promise<unknown>): Promise<ModelError> {
  const failure = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (failure instanceof ModelError) return failure;
  throw new Error("The call did not end in a ModelError.", { cause: failure });
}

/** Gives the address of a server that has just been closed. */
async function closedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/v1`;
}
