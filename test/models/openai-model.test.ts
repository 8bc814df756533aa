import { readdirSync, readFileSync } from "node:fs";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ConfigurationError } from "../../src/errors.ts";
import type { GenerateRequest, ModelDelta } from "../../src/models/model.ts";
import { OpenAIModel } from "../../src/models/openai-model.ts";
import { answerBoth, startEndpoint } from "./openai-server.ts";

const fixtures = new URL("fixtures/openai-model/", import.meta.url);
const fixtureSchema = z.object({ completion: z.unknown(), chunks: z.array(z.unknown()), output: z.unknown() });
const names = readdirSync(fixtures).map((file) => file.replace(".json", ""));

function fixture(name: string): z.infer<typeof fixtureSchema> {
  return fixtureSchema.parse(JSON.parse(readFileSync(new URL(`${name}.json`, fixtures), "utf8")));
}

const request: GenerateRequest = { messages: [{ role: "user", content: "How hot is Madrid?" }] };

function textOf(deltas: readonly ModelDelta[], type: ModelDelta["type"]): string {
  return deltas.flatMap((delta) => (delta.type === type ? [delta.text] : [])).join("");
}

describe("OpenAIModel", () => {
  it.each(names)("reads the answer of an endpoint: %s", async (name) => {
    const { baseURL } = await startEndpoint(answerBoth(fixture(name)));

    const output = await new OpenAIModel({ modelId: "some-model", baseURL }).generate(request);

    expect(output).toStrictEqual(fixture(name).output);
  });

  it.each(names)("reads the same answer streamed: %s", async (name) => {
    const { baseURL } = await startEndpoint(answerBoth(fixture(name)));
    const deltas: ModelDelta[] = [];

    const output = await new OpenAIModel({ modelId: "some-model", baseURL }).generate(request, {
      onDelta: (delta) => deltas.push(delta),
    });

    expect(output).toStrictEqual(fixture(name).output);
    expect(textOf(deltas, "text")).toBe(output.message.content);
    expect(textOf(deltas, "reasoning")).toBe(output.message.reasoning ?? "");
  });

  it("streams, and asks for the usage, exactly when there is someone to hear the deltas", async () => {
    const { baseURL, received } = await startEndpoint(answerBoth(fixture("text")));
    const model = new OpenAIModel({ modelId: "some-model", baseURL });

    await model.generate(request);
    await model.generate(request, { onDelta: () => {} });

    expect(received.map(({ body }) => [body["stream"], body["stream_options"]])).toEqual([
      [false, undefined],
      [true, { include_usage: true }],
    ]);
  });

  it("sends parameters as they are, those of the request first", async () => {
    const { baseURL, received } = await startEndpoint(answerBoth(fixture("text")));
    const model = new OpenAIModel({ modelId: "some-model", baseURL, apiKey: "sk-1", temperature: 0, top_p: 0.5 });

    await model.generate({ ...request, parameters: { temperature: 1, max_completion_tokens: 7 } });

    expect(received).toEqual([
      {
        path: "/v1/chat/completions",
        authorization: "Bearer sk-1",
        body: {
          model: "some-model",
          messages: [{ role: "user", content: "How hot is Madrid?" }],
          temperature: 1,
          top_p: 0.5,
          max_completion_tokens: 7,
          stream: false,
        },
      },
    ]);
    expect(model.parameters).toEqual({ temperature: 0, top_p: 0.5 });
  });

  it("gives calls without an id one that is theirs alone", async () => {
    const call = { id: "", function: { name: "get_time", arguments: "{}" } };
    const { function: named } = call;
    const completion = { choices: [{ message: { tool_calls: [call, { function: named }] } }] };
    const chunks = [{ choices: [{ delta: { tool_calls: [call, { function: named }] } }] }];
    const { baseURL } = await startEndpoint(answerBoth({ completion, chunks }));
    const model = new OpenAIModel({ modelId: "some-model", baseURL });

    const outputs = [await model.generate(request), await model.generate(request, { onDelta: () => {} })];

    const ids = outputs.flatMap(({ message }) => message.toolCalls.map(({ id }) => id));
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^call_[0-9a-f-]{36}$/);
  });

  it.each(["gpt-4.1-mini", "gpt-5-mini"])("cuts the text of %s at a stop sequence, in deltas too", async (modelId) => {
    const pieces = ["A <", "b> text", "</co", "de", "> and mo", "re"];
    const completion = { choices: [{ message: { content: pieces.join("") } }] };
    const chunks = pieces.map((content) => ({ choices: [{ delta: { content } }] }));
    const { baseURL, received } = await startEndpoint(answerBoth({ completion, chunks }));
    const model = new OpenAIModel({ modelId, baseURL });
    const stopping = { ...request, stopSequences: ["</code>", "Observation:"] };
    const deltas: ModelDelta[] = [];

    const outputs = [
      await model.generate(stopping),
      await model.generate(stopping, { onDelta: (delta) => deltas.push(delta) }),
    ];

    expect(outputs.map(({ message }) => message.content)).toEqual(["A <b> text", "A <b> text"]);
    expect(textOf(deltas, "text")).toBe("A <b> text");
    const sent = modelId === "gpt-5-mini" ? undefined : stopping.stopSequences;
    expect(received.map(({ body }) => body["stop"])).toEqual([sent, sent]);
  });

  it("asks through a client of one's own", async () => {
    const { baseURL, received } = await startEndpoint(answerBoth(fixture("text")));
    const client = new OpenAI({ baseURL, apiKey: "sk-own" });
    const model = new OpenAIModel({ modelId: "some-model", client });

    await model.generate(request);

    expect(received[0]?.authorization).toBe("Bearer sk-own");
    expect(model.baseURL).toBe(baseURL);
  });

  it.each(["baseUrl", "apikey", "requestPerMinute"])("refuses %s, which would be sent as a parameter", (option) => {
    const create = (): unknown => new OpenAIModel({ modelId: "gpt-5-mini", apiKey: "key", [option]: "x" });
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(new RegExp(`"${option}" is no option of this model`));
  });

  it("lets a tool_choice of the model's own stand, where there are tools", () => {
    const model = new OpenAIModel({ modelId: "gpt-5-mini", apiKey: "key", tool_choice: "auto" });
    const asked: GenerateRequest = { ...request, toolChoice: "required" };
    const tools = [{ name: "search", description: "Searches.", inputSchema: { type: "object" } }];
    expect(model.invocationParameters({ ...asked, tools })).toMatchObject({ tool_choice: "auto" });
    expect(model.invocationParameters(asked)).not.toHaveProperty("tool_choice");
  });
});
