import { randomUUID } from "node:crypto";
import { SemanticConventions } from "@arizeai/openinference-semantic-conventions";
import { type Attributes, SpanStatusCode, type Tracer, context, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { beforeAll, expect, it } from "vitest";
import { describePhoenix, phoenixUrl } from "./describe-phoenix.ts";
import {
  type PhoenixSpan,
  type PhoenixTrace,
  spanTreeText,
  waitForProjectTraces,
  waitForTrace,
} from "./phoenix-api.ts";

const {
  OPENINFERENCE_SPAN_KIND,
  LLM_TOKEN_COUNT_PROMPT,
  LLM_TOKEN_COUNT_COMPLETION,
  LLM_INPUT_MESSAGES,
  MESSAGE_ROLE,
  TOOL_NAME,
} = SemanticConventions;

describePhoenix("Phoenix, as the other tests rely on it,", () => {
  const projectName = `contract-${randomUUID()}`;
  let sentTraceId: string;
  let stored: PhoenixTrace;

  beforeAll(async () => {
    sentTraceId = await sendTrace(projectName);
    stored = await waitForTrace({ url: phoenixUrl, traceId: sentTraceId, spans: 3 });
  });

  it("stores kinds, parents and statuses", () => {
    expect(spanTreeText(stored.spans)).toBe(
      ["AGENT CodeAgent.run      OK", "  LLM model.generate     OK", "    TOOL get_population  ERROR"].join("\n"),
    );
  });

  it("puts the trace into the project that the exporter names", async () => {
    const traceIds = await waitForProjectTraces({ url: phoenixUrl, projectName });

    expect(stored.projectName).toBe(projectName);
    expect(traceIds).toEqual([sentTraceId]);
  });

  it("counts the tokens of LLM spans, and sums them up to the root", () => {
    expect(named("model.generate")).toMatchObject({
      tokenCountPrompt: 100,
      tokenCountCompletion: 20,
      tokenCountTotal: 120,
    });
    expect(named("CodeAgent.run")).toMatchObject({ tokenCountTotal: 0, cumulativeTokenCountTotal: 120 });
  });

  it("nests dotted attributes", () => {
    expect(named("model.generate").attributes).toMatchObject({
      llm: { input_messages: [{ message: { role: "user" } }] },
    });
  });

  it("keeps the status message and the exception event of a failed span", () => {
    expect(named("get_population")).toMatchObject({
      statusMessage: "no such city",
      events: [{ name: "exception", message: "no such city", attributes: { "exception.type": "RangeError" } }],
    });
  });

  it("refuses OTLP as JSON with 415", async () => {
    const response = await fetch(`${phoenixUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ resourceSpans: [] }),
    });

    expect(response.status).toBe(415);
  });

  function named(name: string): PhoenixSpan {
    const span = stored.spans.find((candidate) => candidate.name === name);
    if (!span) throw new Error(`There is no span "${name}" in:\n${spanTreeText(stored.spans)}`);
    return span;
  }
});

/** Sends AGENT > LLM > TOOL, the last failed, and gives the id of the trace. */
async function sendTrace(projectName: string): Promise<string> {
  const exporter = new OTLPTraceExporter({
    url: `${phoenixUrl}/v1/traces`,
    headers: { "x-project-name": projectName },
  });
  const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  const tracer = provider.getTracer("contract");

  const agent = tracer.startSpan("CodeAgent.run", { attributes: { [OPENINFERENCE_SPAN_KIND]: "AGENT" } });
  const inAgent = trace.setSpan(context.active(), agent);
  const llm = tracer.startSpan("model.generate", { attributes: LLM_ATTRIBUTES }, inAgent);
  const inLlm = trace.setSpan(context.active(), llm);
  sendFailedTool(tracer, inLlm);
  for (const span of [llm, agent]) span.setStatus({ code: SpanStatusCode.OK }).end();

  await provider.shutdown();
  return agent.spanContext().traceId;
}

const LLM_ATTRIBUTES: Attributes = {
  [OPENINFERENCE_SPAN_KIND]: "LLM",
  [LLM_TOKEN_COUNT_PROMPT]: 100,
  [LLM_TOKEN_COUNT_COMPLETION]: 20,
  [`${LLM_INPUT_MESSAGES}.0.${MESSAGE_ROLE}`]: "user",
};

function sendFailedTool(tracer: Tracer, parent: ReturnType<typeof context.active>): void {
  const attributes = { [OPENINFERENCE_SPAN_KIND]: "TOOL", [TOOL_NAME]: "get_population" };
  const tool = tracer.startSpan("get_population", { attributes }, parent);
  tool.recordException(new RangeError("no such city"));
  tool.setStatus({ code: SpanStatusCode.ERROR, message: "no such city" });
  tool.end();
}
