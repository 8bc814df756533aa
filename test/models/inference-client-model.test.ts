import type { IncomingHttpHeaders } from "node:http";
import OpenAI from "openai";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ConfigurationError } from "../../src/errors.ts";
import { HfApiModel, InferenceClientModel } from "../../src/models/inference-client-model.ts";
import type { GenerateRequest } from "../../src/models/model.ts";
import { answerBoth, startEndpoint } from "./openai-server.ts";

const request: GenerateRequest = { messages: [{ role: "user", content: "How hot is Madrid?" }] };
const ANSWER = { completion: { choices: [{ message: { content: "31 degrees." } }] }, chunks: [] };

async function startRouter(): Promise<{
  baseURL: string;
  headers: IncomingHttpHeaders[];
  received: { body: object }[];
}> {
  const headers: IncomingHttpHeaders[] = [];
  const { baseURL, received } = await startEndpoint((response, sent, incoming) => {
    headers.push(incoming.headers);
    answerBoth(ANSWER)(response, sent, incoming);
  });
  return { baseURL, headers, received };
}

function setToken(token: string): void {
  vi.stubEnv("HF_TOKEN", token);
  // A key of OpenAI's is nobody else's.
  vi.stubEnv("OPENAI_API_KEY", "sk-openai");
  vi.stubEnv("OPENAI_BASE_URL", "http://localhost:1/elsewhere");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

describe("InferenceClientModel", () => {
  it("asks a provider through the router, at the cost of an organization", async () => {
    setToken("hf_env");
    const { baseURL, headers, received } = await startRouter();
    const model = new InferenceClientModel({
      modelId: "Qwen/Qwen3-32B",
      provider: "together",
      billTo: "my-org",
      baseURL,
      temperature: 0,
    });

    const { message } = await model.generate(request);

    expect(message.content).toBe("31 degrees.");
    expect(received).toMatchObject([
      { path: "/v1/chat/completions", body: { model: "Qwen/Qwen3-32B:together", temperature: 0 } },
    ]);
    expect(Object.keys(received[0]?.body ?? {})).not.toContain("provider");
    expect(headers[0]).toMatchObject({ authorization: "Bearer hf_env", "x-hf-bill-to": "my-org" });
    expect(model.modelId).toBe("Qwen/Qwen3-32B");
    expect(model.invocationParameters(request)).toMatchObject({ model: "Qwen/Qwen3-32B:together" });
  });

  it.each([undefined, "auto"])("leaves the choice to the router where the provider is %s", async (provider) => {
    setToken("hf_env");
    const { baseURL, headers, received } = await startRouter();

    await new InferenceClientModel({ provider, baseURL }).generate(request);

    expect(received[0]?.body).toMatchObject({ model: "Qwen/Qwen3-Next-80B-A3B-Thinking" });
    expect(headers[0]).not.toHaveProperty("x-hf-bill-to");
  });

  it("takes the model's id alone, and goes to Hugging Face", () => {
    setToken("hf_env");

    const model = new InferenceClientModel("meta-llama/Llama-3.3-70B-Instruct");

    expect(model.modelId).toBe("meta-llama/Llama-3.3-70B-Instruct");
    expect(model.baseURL).toBe("https://router.huggingface.co/v1");
  });

  it.each(["token", "apiKey"])("takes a `%s` before that of the environment", async (option) => {
    setToken("hf_env");
    const { baseURL, headers } = await startRouter();

    await new InferenceClientModel({ baseURL, [option]: "hf_given" }).generate(request);

    expect(headers[0]?.authorization).toBe("Bearer hf_given");
  });

  it("says which token is missing", () => {
    setToken("");

    expect(() => new InferenceClientModel()).toThrow(ConfigurationError);
    expect(() => new InferenceClientModel()).toThrow(/router\.huggingface\.co.*HF_TOKEN.*InferenceClientModel `token`/);
  });

  it.each([
    [undefined, 120_000],
    [7_000, 7_000],
  ])("waits for an answer as long as told, if told %s: %s ms", async (timeoutMs, expected) => {
    setToken("hf_env");
    const { baseURL } = await startRouter();
    const timers = vi.spyOn(globalThis, "setTimeout");
    onTestFinished(() => timers.mockRestore());

    await new InferenceClientModel({ baseURL, timeoutMs }).generate(request);

    expect(timers.mock.calls.map(([, durationMs]) => durationMs)).toContain(expected);
  });

  it("asks through a client of one's own", async () => {
    setToken("");
    const { baseURL, headers } = await startRouter();
    const client = new OpenAI({ baseURL, apiKey: "hf_own" });

    await new InferenceClientModel({ client }).generate(request);

    expect(headers[0]?.authorization).toBe("Bearer hf_own");
  });

  it("has its old name", () => {
    expect(HfApiModel).toBe(InferenceClientModel);
  });
});
