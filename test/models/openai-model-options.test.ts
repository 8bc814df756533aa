import { describe, expect, it } from "vitest";
import { AgentAbortError, ConfigurationError } from "../../src/errors.ts";
import type { GenerateRequest } from "../../src/models/model.ts";
import { OpenAIModel } from "../../src/models/openai-model.ts";
import { answerBoth, startEndpoint } from "./openai-server.ts";

const request: GenerateRequest = {
  messages: [
    { role: "system", content: "Be brief." },
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "image", url: "data:image/png;base64,AA==" },
      ],
    },
  ],
};

const usage = { prompt_tokens: 1000, completion_tokens: 100, prompt_tokens_details: { cached_tokens: 600 } };
const ANSWER = {
  completion: { choices: [{ message: { content: "A cat." } }], usage },
  chunks: [{ choices: [{ delta: { content: "A cat." } }] }, { choices: [], usage }],
};

describe("OpenAIModel, as it is told", () => {
  it.each([undefined, () => {}])("counts what a call costs", async (onDelta) => {
    const { baseURL } = await startEndpoint(answerBoth(ANSWER));
    const price = { inputPerMillion: 1, outputPerMillion: 10, cachedInputPerMillion: 0.5 };

    const output = await new OpenAIModel({ modelId: "m", baseURL, price }).generate(request, { onDelta });

    expect(output.usage).toEqual({
      inputTokens: 1000,
      outputTokens: 100,
      totalTokens: 1100,
      cachedTokens: 600,
      costUsd: expect.closeTo(0.0017, 12),
    });
  });

  it.each([undefined, () => {}])("counts the tokens of sound that the endpoint tells of", async (onDelta) => {
    const counted = {
      ...usage,
      prompt_tokens_details: { audio_tokens: 7 },
      completion_tokens_details: { audio_tokens: 3 },
    };
    const chunks = [...ANSWER.chunks.slice(0, 1), { choices: [], usage: counted }];
    const completion = { ...ANSWER.completion, usage: counted };
    const { baseURL } = await startEndpoint(answerBoth({ completion, chunks }));

    const output = await new OpenAIModel({ modelId: "m", baseURL }).generate(request, { onDelta });

    expect(output.usage).toMatchObject({ inputTokens: 1000, audioInputTokens: 7, audioOutputTokens: 3 });
  });

  it("says whether the model sees images, which it does if nobody says", () => {
    const options = { modelId: "m", baseURL: "http://localhost:1/v1" };

    expect(new OpenAIModel(options).seesImages).toBe(true);
    expect(new OpenAIModel({ ...options, seesImages: false }).seesImages).toBe(false);
  });

  it("sends none of its own options along", async () => {
    const { baseURL, received } = await startEndpoint(answerBoth(ANSWER));
    const price = { inputPerMillion: 1, outputPerMillion: 10 };
    const options = { maxRetries: 1, timeoutMs: 60_000, requestsPerMinute: 60, price, seesImages: true };

    const model = new OpenAIModel({ modelId: "m", baseURL, ...options, roles: {}, takesStop: true, seed: 1 });
    await model.generate(request);

    expect(Object.keys(received[0]?.body ?? {}).toSorted()).toEqual(["messages", "model", "seed", "stream"]);
  });

  it("sends images as the endpoint wants them", async () => {
    const { baseURL, received } = await startEndpoint(answerBoth(ANSWER));

    await new OpenAIModel({ modelId: "m", baseURL }).generate(request);

    expect(received[0]?.body).toHaveProperty("messages[1].content", [
      { type: "text", text: "What is this?" },
      { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } },
    ]);
  });

  it("calls roles by the names that the endpoint wants", async () => {
    const { baseURL, received } = await startEndpoint(answerBoth(ANSWER));

    await new OpenAIModel({ modelId: "m", baseURL, roles: { system: "developer" } }).generate(request);

    expect(received[0]?.body).toHaveProperty("messages[0]", { role: "developer", content: "Be brief." });
    expect(received[0]?.body).toHaveProperty("messages[1].role", "user");
  });

  it.each([
    ["prod", false, undefined],
    ["gpt-5-mini", true, ["cat"]],
  ])("sends `stop` to %s as it is told: %s", async (modelId, takesStop, sent) => {
    const { baseURL, received } = await startEndpoint(answerBoth(ANSWER));

    const model = new OpenAIModel({ modelId, baseURL, takesStop });
    const { message } = await model.generate({ ...request, stopSequences: ["cat"] });

    expect(received[0]?.body["stop"]).toEqual(sent);
    expect(message.content).toBe("A ");
  });

  it("tells what it sends beside the messages", () => {
    const model = new OpenAIModel({ modelId: "m", baseURL: "http://localhost:1/v1", takesStop: false, seed: 1 });

    expect(model.invocationParameters({ ...request, stopSequences: ["cat"] })).toEqual({ model: "m", seed: 1 });
  });

  it("asks a stream for no usage where a parameter says so", async () => {
    const { baseURL, received } = await startEndpoint(answerBoth(ANSWER));

    const model = new OpenAIModel({ modelId: "m", baseURL, stream_options: undefined });
    await model.generate(request, { onDelta: () => {} });

    expect(received[0]?.body).not.toHaveProperty("stream_options");
  });

  it("takes a key anew for each request", async () => {
    const { baseURL, received } = await startEndpoint(answerBoth(ANSWER));
    let issued = 0;
    const model = new OpenAIModel({ modelId: "m", baseURL, apiKey: async () => `sk-${++issued}` });

    await model.generate(request);
    await model.generate(request);

    expect(received.map(({ authorization }) => authorization)).toEqual(["Bearer sk-1", "Bearer sk-2"]);
  });
});

describe("OpenAIModel with a pace", () => {
  it("holds the next request back, until its caller gives up", async () => {
    const { baseURL, received } = await startEndpoint(answerBoth(ANSWER));
    const model = new OpenAIModel({ modelId: "paced", baseURL, requestsPerMinute: 0.001 });
    const other = new OpenAIModel({ modelId: "other", baseURL });
    const controller = new AbortController();
    const first = model.generate(request);
    const second = model.generate(request, { signal: controller.signal });
    await first;
    // Requests that nothing holds back would have come before these.
    for (let round = 0; round < 5; round += 1) await other.generate(request);

    controller.abort();

    await expect(second).rejects.toBeInstanceOf(AgentAbortError);
    expect(received.filter(({ body }) => body["model"] === "paced")).toHaveLength(1);
  });

  it("refuses one that is none", () => {
    expect(() => new OpenAIModel({ modelId: "m", baseURL: "http://localhost:1/v1", requestsPerMinute: 0 })).toThrow(
      ConfigurationError,
    );
  });
});
