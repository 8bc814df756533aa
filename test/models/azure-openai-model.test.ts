import type { IncomingHttpHeaders } from "node:http";
import OpenAI from "openai";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ConfigurationError } from "../../src/errors.ts";
import { AzureOpenAIModel } from "../../src/models/azure-openai-model.ts";
import type { GenerateRequest } from "../../src/models/model.ts";
import { OpenAIModel } from "../../src/models/openai-model.ts";
import { answerBoth, startEndpoint } from "./openai-server.ts";

const request: GenerateRequest = { messages: [{ role: "user", content: "How hot is Madrid?" }] };
const ANSWER = { completion: { choices: [{ message: { content: "31 degrees." } }] }, chunks: [] };
const PATH = "/openai/deployments/prod/chat/completions?api-version=2024-10-21";
const SET = {
  AZURE_OPENAI_ENDPOINT: "http://localhost:1",
  AZURE_OPENAI_API_KEY: "az-env",
  OPENAI_API_VERSION: "2024-10-21",
  OPENAI_BASE_URL: "",
};

async function startAzure(): Promise<{
  endpoint: string;
  headers: IncomingHttpHeaders[];
  received: { path: string }[];
}> {
  const headers: IncomingHttpHeaders[] = [];
  const { baseURL, received } = await startEndpoint((response, sent, incoming) => {
    headers.push(incoming.headers);
    answerBoth(ANSWER)(response, sent, incoming);
  });
  return { endpoint: baseURL.replace(/\/v1$/, ""), headers, received };
}

function setEnvironment(variables: Record<string, string>): void {
  for (const [name, value] of Object.entries({ ...SET, ...variables })) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

describe("AzureOpenAIModel", () => {
  it("asks the deployment, with key and version", async () => {
    // What is meant for OpenAI itself does not count.
    setEnvironment({ OPENAI_BASE_URL: "http://localhost:1/elsewhere" });
    const { endpoint, headers, received } = await startAzure();
    const model = new AzureOpenAIModel({
      modelId: "prod",
      endpoint: `${endpoint}/`,
      apiKey: "az-1",
      apiVersion: "2024-10-21",
      temperature: 0,
    });

    const { message } = await model.generate(request);

    expect(message.content).toBe("31 degrees.");
    expect(received).toMatchObject([{ path: PATH, body: { model: "prod", temperature: 0 } }]);
    expect(headers[0]).toMatchObject({ "api-key": "az-1" });
    expect(headers[0]).not.toHaveProperty("authorization");
    expect(model.baseURL).toBe(`${endpoint}/openai`);
    expect(model).toBeInstanceOf(OpenAIModel);
  });

  it("takes endpoint, key and version from the environment", async () => {
    const { endpoint, headers, received } = await startAzure();
    setEnvironment({ AZURE_OPENAI_ENDPOINT: endpoint });

    await new AzureOpenAIModel({ modelId: "prod" }).generate(request);

    expect(received[0]?.path).toBe(PATH);
    expect(headers[0]).toMatchObject({ "api-key": "az-env" });
  });

  it("asks with a token anew each time, in place of a key", async () => {
    const { endpoint, headers } = await startAzure();
    setEnvironment({ AZURE_OPENAI_ENDPOINT: endpoint });
    let issued = 0;
    const model = new AzureOpenAIModel({ modelId: "prod", azureADTokenProvider: async () => `token-${++issued}` });

    await model.generate(request);
    await model.generate(request);

    expect(headers.map(({ authorization }) => authorization)).toEqual(["Bearer token-1", "Bearer token-2"]);
    expect(headers[0]).not.toHaveProperty("api-key");
  });

  it.each([
    ["AZURE_OPENAI_ENDPOINT", "`endpoint`"],
    ["AZURE_OPENAI_API_KEY", "`apiKey` or `azureADTokenProvider`"],
    ["OPENAI_API_VERSION", "`apiVersion`"],
  ])("names the variable and the option when there is no %s", (variable, option) => {
    setEnvironment({ [variable]: "" });

    expect(() => new AzureOpenAIModel({ modelId: "prod" })).toThrow(ConfigurationError);
    expect(() => new AzureOpenAIModel({ modelId: "prod" })).toThrow(`Set ${variable}, or give ${option}.`);
  });

  it("needs none of them with a client of one's own", async () => {
    setEnvironment({ AZURE_OPENAI_ENDPOINT: "", AZURE_OPENAI_API_KEY: "", OPENAI_API_VERSION: "" });
    const { endpoint, received } = await startAzure();
    const client = new OpenAI({ baseURL: `${endpoint}/mine`, apiKey: "k" });

    await new AzureOpenAIModel({ modelId: "prod", client }).generate(request);

    expect(received[0]?.path).toBe("/mine/chat/completions");
  });

  it("tells of retries", async () => {
    let attempts = 0;
    const { baseURL } = await startEndpoint((response, sent, incoming) => {
      attempts += 1;
      if (attempts > 1) answerBoth(ANSWER)(response, sent, incoming);
      else response.writeHead(429, { "retry-after-ms": "1" }).end();
    });
    setEnvironment({ AZURE_OPENAI_ENDPOINT: baseURL });
    const onRetry = vi.fn<(retry: unknown) => void>();

    await new AzureOpenAIModel({ modelId: "prod" }).generate(request, { onRetry });

    expect(onRetry.mock.calls).toEqual([[{ attempt: 1, reason: "429 Too Many Requests", status: 429 }]]);
  });
});
