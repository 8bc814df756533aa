import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";
import type { ChatCompletionCreateParamsStreaming } from "openai/resources/chat/completions";
import { instrumentOpenAI } from "vitrine/instrumentors";
import { spanTree } from "vitrine/testing";

// Asks three times, holds on to what it got, and reads nothing or a part. Then it has nothing left to do, or leaves at once. At its very end it writes what
// was traced.

const [, , baseURL, isLeaving] = process.argv;
const exporter = new InMemorySpanExporter();
instrumentOpenAI(OpenAI, new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
const client = new OpenAI({ apiKey: "none", baseURL, maxRetries: 0 });
const ask: ChatCompletionCreateParamsStreaming = {
  model: "gpt-4.1-mini",
  messages: [{ role: "user", content: "How hot?" }],
  stream: true,
};

const held: unknown[] = [];
const unread = await client.chat.completions.create(ask);
const readInPart = (await client.chat.completions.create(ask))[Symbol.asyncIterator]();
await readInPart.next();
await readInPart.next();
held.push(unread, readInPart, client.chat.completions.create(ask));

process.on("exit", () => {
  const spans = exporter.getFinishedSpans();
  const stops = spans.map(({ attributes, status }) => attributes["vitrine.stop_reason"] ?? status.message);
  const said = spans.map(({ attributes }) => attributes["output.value"] ?? null);
  process.stdout.write(JSON.stringify({ tree: spanTree(spans), stops, said, held: held.length }));
});
if (isLeaving === "leave") process.exit();
