import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";

const ASCII = "The tool looked at page 7 and found three dates, two names and a table of 40 rows. ";
const NON_ASCII = "Das Werkzeug prüfte Seite 7 – drei Daten, zwei Namen, „eine Tabelle“ mit 40 Zeilen 表。 ";
const MESSAGE_LENGTH = 2_048;

/** Makes spans by the SDK, by the name of what they look like: OI-60 is a model call of ten messages with 13 tools, OI-20 one of two messages. */
export function benchSpans(): ReadonlyMap<string, ReadableSpan> {
  const shapes = {
    "20 small": smallAttributes(),
    "OI-20": modelCall({ text: ASCII, messages: 2, tools: 0 }),
    "OI-60": modelCall({ text: ASCII, messages: 10, tools: 13 }),
    "OI-60, some non-ASCII": modelCall({ text: NON_ASCII, messages: 10, tools: 13 }),
  };
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer("bench", "1.0.0");
  for (const [name, attributes] of Object.entries(shapes)) tracer.startSpan(name, { attributes }).end();
  return new Map(exporter.getFinishedSpans().map((span) => [span.name, span]));
}

type ShapeAttributes = Record<string, string | number | boolean>;

function smallAttributes(): ShapeAttributes {
  return Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`app.attribute.${index}`, smallValue(index)]));
}

function smallValue(index: number): string | number | boolean {
  return [`value ${index}`, index, index / 3, true][index % 4] ?? "";
}

function modelCall({ text, messages, tools }: { text: string; messages: number; tools: number }): ShapeAttributes {
  const content = (index: number) => `${index}: ${text.repeat(30)}`.slice(0, MESSAGE_LENGTH);
  const schema = { type: "object", properties: { page: { type: "number", description: text.repeat(7) } } };
  const attributes: ShapeAttributes = {
    "openinference.span.kind": "LLM",
    "llm.model_name": "gpt-5-mini",
    "llm.provider": "openai",
    "llm.token_count.prompt": 5_120,
    "llm.token_count.completion": 210,
    "llm.token_count.total": 5_330,
    "llm.invocation_parameters": '{"temperature":0.2}',
    "input.mime_type": "application/json",
    "input.value": JSON.stringify(Array.from({ length: messages }, (_, index) => content(index))),
    "output.mime_type": "text/plain",
    "output.value": content(99),
    "session.id": "3f0c2c1e-5f0a-4f7e-9a67-0d8d6c1b4c11",
  };
  for (let index = 0; index < messages; index++) {
    attributes[`llm.input_messages.${index}.message.role`] = index % 2 ? "assistant" : "user";
    attributes[`llm.input_messages.${index}.message.content`] = content(index);
  }
  for (let index = 0; index < tools; index++) {
    attributes[`llm.tools.${index}.tool.json_schema`] = JSON.stringify({ name: `tool_${index}`, parameters: schema });
  }
  return attributes;
}
