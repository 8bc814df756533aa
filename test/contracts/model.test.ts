import type { ServerResponse } from "node:http";
import { AzureOpenAIModel } from "../../src/models/azure-openai-model.ts";
import { InferenceClientModel } from "../../src/models/inference-client-model.ts";
import type { Model } from "../../src/models/model.ts";
import { OpenAIModel } from "../../src/models/openai-model.ts";
import { ScriptedModel } from "../../src/testing/scripted-model.ts";
import { answerBoth, sendJson, startEndpoint } from "../models/openai-server.ts";
import { describeModel, type ModelBehaviour, type ModelReply, type ModelUnderTest } from "./model.ts";

describeModel("OpenAIModel", async (behaviour) =>
  overHttp(behaviour, (baseURL) => new OpenAIModel({ modelId: "some-model", baseURL })),
);

// It refuses `stop`: the cut is made here.
describeModel("OpenAIModel of a reasoning model", async (behaviour) =>
  overHttp(behaviour, (baseURL) => new OpenAIModel({ modelId: "gpt-5-mini", baseURL })),
);

describeModel("AzureOpenAIModel", async (behaviour) =>
  overHttp(behaviour, (baseURL) => {
    const endpoint = baseURL.replace(/\/v1$/, "");
    return new AzureOpenAIModel({ modelId: "prod", endpoint, apiKey: "k", apiVersion: "2024-10-21" });
  }),
);

describeModel("InferenceClientModel", async (behaviour) =>
  overHttp(behaviour, (baseURL) => new InferenceClientModel({ baseURL, provider: "together" })),
);

describeModel("ScriptedModel", async (behaviour) => {
  const { reached, reach } = whenReached();
  const never = async (): Promise<string> => {
    reach();
    return new Promise(() => {});
  };
  const reply = behaviour === "fails" ? new Error("out of order") : behaviour === "never answers" ? never : behaviour;
  const model = new ScriptedModel([reply, reply]);
  return { model, received: model.requests, reached };
});

async function overHttp(behaviour: ModelBehaviour, create: (baseURL: string) => Model): Promise<ModelUnderTest> {
  const { reached, reach } = whenReached();
  const { baseURL, received } = await startEndpoint((response, sent, request) => {
    reach();
    if (behaviour === "fails") refuse(response);
    else if (behaviour !== "never answers") answerBoth(wireAnswer(behaviour))(response, sent, request);
  });
  return { model: create(baseURL), received, reached };
}

function refuse(response: ServerResponse): void {
  sendJson(response, { error: { message: "There is no such model." } }, { status: 404 });
}

function wireAnswer({ content, toolCalls = [], usage }: ModelReply): { completion: unknown; chunks: unknown[] } {
  const tool_calls = toolCalls.map(({ id, name, arguments: input }) => ({
    id,
    type: "function",
    function: { name, arguments: JSON.stringify(input) },
  }));
  const counted = usage && { prompt_tokens: usage.inputTokens, completion_tokens: usage.outputTokens };
  const texts = inPieces(content ?? "").map((piece) => ({ content: piece }));
  const calls = tool_calls.flatMap(({ id, function: { name, arguments: input } }, index) => [
    { tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] },
    ...inPieces(input).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ]);
  return {
    completion: { choices: [{ message: { role: "assistant", content, tool_calls } }], usage: counted },
    chunks: [
      ...[...texts, ...calls].map((delta) => ({ choices: [{ index: 0, delta }] })),
      { choices: [], usage: counted },
    ],
  };
}

function inPieces(text: string): string[] {
  return text.match(/[\s\S]{1,3}/g) ?? [];
}

function whenReached(): { readonly reached: Promise<void>; readonly reach: () => void } {
  const event = new EventTarget();
  const reached = new Promise<void>((resolve) => event.addEventListener("reached", () => resolve()));
  return { reached, reach: () => void event.dispatchEvent(new Event("reached")) };
}
