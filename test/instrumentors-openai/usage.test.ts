import type { Attributes } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { OpenAIModel } from "vitrine";
import { sendJson } from "../models/openai-server.ts";
import { ASK, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();

const USED = {
  "llm.token_count.prompt": 100,
  "llm.token_count.completion": 20,
  "llm.token_count.total": 120,
  "llm.token_count.prompt_details.cache_read": 40,
  "llm.token_count.prompt_details.cache_write": 30,
  "llm.cost.total": 0.3,
};

const completion = {
  choices: [{ index: 0, message: { role: "assistant", content: "31" }, finish_reason: "stop" }],
  usage: {
    prompt_tokens: 100,
    completion_tokens: 20,
    total_tokens: 120,
    prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 30 },
    // What endpoints add up is no round number.
    cost: 0.1 + 0.2,
  },
};
const response = {
  object: "response",
  output: [],
  usage: {
    input_tokens: 100,
    output_tokens: 20,
    total_tokens: 120,
    input_tokens_details: { cached_tokens: 40, cache_write_tokens: 30 },
    cost: 0.1 + 0.2,
  },
};

function usedBy(name: string): Attributes {
  const { attributes } = traces.span(name);
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => /^llm\.(token_count|cost)\./.test(key)));
}

describe("what an endpoint says that a call took, and cost", () => {
  it("is told by both instrumentors alike", async () => {
    const { client, baseURL } = await startClient((answer) => sendJson(answer, completion));

    await client.chat.completions.create(ASK);
    await new OpenAIModel({ modelId: "gpt-4.1-mini", baseURL, apiKey: "none" }).generate({
      messages: [{ role: "user", content: "Go" }],
    });

    expect([usedBy("ChatCompletion"), usedBy("OpenAIModel.generate")]).toEqual([USED, USED]);
  });

  it("is told of Responses too", async () => {
    const { client } = await startClient((answer) => sendJson(answer, response));

    await client.responses.create({ model: "gpt-4.1-mini", input: "Go" });

    expect(usedBy("Responses")).toEqual(USED);
  });
});
