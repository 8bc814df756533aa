import { setMetadata, setPromptTemplate, setSession } from "@arizeai/openinference-core";
import { context } from "@opentelemetry/api";
import type { ChatCompletionCreateParamsNonStreaming } from "openai/resources/chat/completions";
import type { ResponseCreateParamsNonStreaming } from "openai/resources/responses/responses";
import { sendEvents, sendJson } from "../models/openai-server.ts";
import { readAll, startClient } from "./traced-client.ts";

/** What is planted in calls: each word at one place of what is sent, answered or thrown. */
export const SECRETS = {
  system: "zqSystemzq",
  text: "zqTextzq",
  image: "zqImagezq",
  audio: "zqAudiozq",
  file: "zqFilezq",
  history: "zqHistoryzq",
  sentArgument: "zqSentArgumentzq",
  toolResult: "zqToolResultzq",
  newest: "zqNewestzq",
  schema: "zqSchemazq",
  parameter: "zqParameterzq",
  answer: "zqAnswerzq",
  reasoning: "zqReasoningzq",
  argument: "zqArgumentzq",
  refusal: "zqRefusalzq",
  transcript: "zqTranscriptzq",
  drawn: "zqDrawnzq",
  apiError: "zqApiErrorzq",
  toldError: "zqToldErrorzq",
  fetchError: "zqFetchErrorzq",
  fetchStack: "zqFetchStackzq",
  template: "zqTemplatezq",
  metadata: "zqMetadatazq",
  session: "zqSessionzq",
} as const;

const image = `data:image/png;base64,${SECRETS.image}`;
const parameters = { type: "object", properties: { city: { type: "string", description: SECRETS.schema } } };
const sentCall = JSON.stringify({ city: SECRETS.sentArgument });
const answeredCall = JSON.stringify({ city: SECRETS.argument });

const chat: ChatCompletionCreateParamsNonStreaming = {
  model: "gpt-4.1-mini",
  metadata: { note: SECRETS.parameter },
  n: 2,
  tools: [{ type: "function", function: { name: "get_weather", parameters } }],
  messages: [
    { role: "developer", content: SECRETS.system },
    {
      role: "user",
      content: [
        { type: "text", text: SECRETS.text },
        { type: "image_url", image_url: { url: image } },
        { type: "input_audio", input_audio: { data: SECRETS.audio, format: "wav" } },
        { type: "file", file: { file_data: SECRETS.file } },
      ],
    },
    {
      role: "assistant",
      content: SECRETS.history,
      tool_calls: [{ id: "call_1", type: "function", function: { name: "get_weather", arguments: sentCall } }],
    },
    { role: "tool", tool_call_id: "call_1", content: SECRETS.toolResult },
    { role: "user", content: SECRETS.newest },
  ],
};

const choices = [
  {
    content: SECRETS.answer,
    reasoning_content: SECRETS.reasoning,
    tool_calls: [
      { index: 0, id: "call_2", type: "function", function: { name: "get_weather", arguments: answeredCall } },
    ],
  },
  { refusal: SECRETS.refusal, audio: { transcript: SECRETS.transcript } },
];
const completion = { choices: choices.map((message, index) => ({ index, message, finish_reason: "stop" })) };
const chunks = choices.map((delta, index) => ({ choices: [{ index, delta, finish_reason: "stop" }] }));

const asked: ResponseCreateParamsNonStreaming = {
  model: "gpt-5-mini",
  instructions: SECRETS.system,
  metadata: { note: SECRETS.parameter },
  tools: [{ type: "function", name: "get_weather", parameters, strict: true }],
  input: [
    {
      role: "user",
      content: [
        { type: "input_text", text: SECRETS.text },
        { type: "input_image", image_url: image, detail: "auto" },
        { type: "input_file", file_data: SECRETS.file },
      ],
    },
    { role: "assistant", content: SECRETS.history },
    { type: "function_call", call_id: "call_1", name: "get_weather", arguments: sentCall },
    { type: "function_call_output", call_id: "call_1", output: SECRETS.toolResult },
    { role: "user", content: SECRETS.newest },
  ],
};
const answered = {
  object: "response",
  status: "completed",
  output: [
    { type: "reasoning", summary: [{ type: "summary_text", text: SECRETS.reasoning }] },
    { type: "image_generation_call", result: SECRETS.drawn },
    { type: "message", role: "assistant", content: [{ type: "output_text", text: SECRETS.answer }] },
    { type: "function_call", call_id: "call_2", name: "get_weather", arguments: answeredCall },
  ],
};
const failed = { object: "response", status: "failed", output: [], error: { message: SECRETS.toldError } };

/** Asks by both APIs, whole and streamed, and fails in every way, with a secret in every input, output and error. */
export async function callWithSecrets(): Promise<void> {
  const template = { template: "Ask {q}", variables: { q: SECRETS.template }, version: "1" };
  const session = setSession(context.active(), { sessionId: SECRETS.session });
  const active = setPromptTemplate(setMetadata(session, { note: SECRETS.metadata }), template);
  await context.with(active, async () => {
    await callWell();
    await callBadly();
  });
}

async function callWell(): Promise<void> {
  const { client } = await startClient((response, { path, body }) => {
    const isStreamed = body["stream"] === true;
    if (path.endsWith("/responses"))
      return isStreamed
        ? sendEvents(response, [{ type: "response.completed", response: answered }])
        : sendJson(response, answered);
    return isStreamed ? sendEvents(response, chunks) : sendJson(response, completion);
  });
  await client.chat.completions.create(chat);
  await readAll(await client.chat.completions.create({ ...chat, stream: true }));
  await client.responses.create(asked);
  await readAll(await client.responses.create({ ...asked, stream: true }));
}

async function callBadly(): Promise<void> {
  const refusing = await startClient((response, { path }) => {
    if (path.endsWith("/responses")) sendJson(response, failed);
    else sendJson(response, { error: { message: SECRETS.apiError } }, { status: 400 });
  });
  await refusing.client.chat.completions.create(chat).catch(() => {});
  await refusing.client.responses.create(asked);
  const offline = await startClient((response) => response.destroy(), { fetch: failToFetch });
  await offline.client.chat.completions.create(chat).catch(() => {});
}

async function failToFetch(): Promise<never> {
  const error = new RangeError(SECRETS.fetchError);
  error.stack = `RangeError: ${SECRETS.fetchError}\n    at ${SECRETS.fetchStack} (file.ts:1:1)`;
  throw error;
}
