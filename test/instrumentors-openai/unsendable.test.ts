import { diag } from "@opentelemetry/api";
import OpenAI from "openai";
import type { ChatCompletionCreateParamsNonStreaming } from "openai/resources/chat/completions";
import { expect, it, onTestFinished } from "vitest";
import { instrumentOpenAI } from "../../instrumentors/openai/instrument-openai.ts";
import { answerBoth } from "../models/openai-server.ts";
import { keepWarnings } from "../support/warnings.ts";
import { ASK, chatFixture, startClient, traceOpenAI } from "./traced-client.ts";

type Body = ChatCompletionCreateParamsNonStreaming;

const traces = traceOpenAI();
const cycle: Record<string, unknown> = { type: "object" };
cycle["self"] = cycle;

const withTool = (parameters: Record<string, unknown>): Body => ({
  ...ASK,
  tools: [{ type: "function", function: { name: "look", parameters } }],
});
const withSchema = (schema: Record<string, unknown>): Body => ({
  ...ASK,
  response_format: { type: "json_schema", json_schema: { name: "degrees", schema } },
});

it.each([
  ["a big integer in a tool", withTool({ maximum: 1n }), "llm.tools.0.tool.json_schema", '"maximum":"1"'],
  ["a cycle in a tool", withTool(cycle), "llm.tools.0.tool.json_schema", "look"],
  ["a big integer in a parameter", withSchema({ maximum: 1n }), "llm.invocation_parameters", '"maximum":"1"'],
  ["a cycle in a parameter", withSchema(cycle), "llm.invocation_parameters", "degrees"],
])("%s fails as without us, and is shown", async (_what, body, key, shown) => {
  const { client, received } = await startClient(answerBoth(chatFixture("text")));
  const warnings = keepWarnings();
  onTestFinished(() => diag.disable());

  const traced = await failureOf(client, body);
  instrumentOpenAI(OpenAI).uninstrument();
  const untraced = await failureOf(client, body);

  expect(traced).toBeInstanceOf(TypeError);
  expect(traced).toEqual(untraced);
  expect([received, warnings]).toEqual([[], []]);
  expect(traces.tree()).toBe("LLM ChatCompletion  ERROR");
  const { attributes, events } = traces.span("ChatCompletion");
  expect(attributes).toMatchObject({
    [key]: expect.stringContaining(shown),
    "llm.model_name": ASK.model,
    "input.value": "How hot is Madrid?",
    "llm.input_messages.0.message.content": "How hot is Madrid?",
  });
  expect(events.map((event) => event.attributes?.["exception.message"])).toEqual([messageOf(untraced)]);
});

it("gives the caller the very error that the package threw", async () => {
  const { client } = await startClient(answerBoth(chatFixture("text")));
  const error = new RangeError("not to be sent");
  const refuse = (): never => {
    throw error;
  };

  expect(await failureOf(client, withTool({ toJSON: refuse }))).toBe(error);
  expect(traces.tree()).toBe("LLM ChatCompletion  ERROR");
});

function failureOf(client: OpenAI, body: Body): Promise<unknown> {
  return client.chat.completions.create(body).then(
    () => undefined,
    (error: unknown) => error,
  );
}

function messageOf(error: unknown): unknown {
  return error instanceof Error ? error.message : error;
}
