import { context, trace, type TracerProvider } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { instrumentOpenAI, type OpenAIInstrumentOptions } from "../../instrumentors/openai/instrument-openai.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { callWithSecrets, SECRETS } from "./secret-calls.ts";

type Secret = keyof typeof SECRETS;
type TraceConfig = NonNullable<OpenAIInstrumentOptions["traceConfig"]>;

const ALL = Object.keys(SECRETS).filter((name): name is Secret => name in SECRETS);
const ERRORS: readonly Secret[] = ["apiError", "toldError", "fetchError", "fetchStack"];
const SENT_TEXTS: readonly Secret[] = ["system", "text", "file", "history", "toolResult"];
const SENT: readonly Secret[] = [...SENT_TEXTS, "image", "audio", "sentArgument"];
const INPUTS: readonly Secret[] = [...SENT, "newest", "schema", "template"];
const ANSWERED_TEXTS: readonly Secret[] = ["reasoning", "refusal", "transcript"];
const OUTPUTS: readonly Secret[] = [...ANSWERED_TEXTS, "answer", "argument", "drawn"];
const IMAGES: readonly Secret[] = ["image", "drawn"];
const NOT_IN_GEN_AI: readonly Secret[] = ["parameter"];
const HIDE_ALL: TraceConfig = { hideInputs: true, hideOutputs: true, hideLLMInvocationParameters: true };
const HIDDEN_BY_ALL: readonly Secret[] = [...INPUTS, ...OUTPUTS, ...ERRORS, "parameter"];
const takeSecrets: TraceConfig["mask"] = (_key, value) =>
  typeof value === "string" ? value.replace(/zq\w+zq/g, "…") : value;

afterEach(() => {
  vi.unstubAllEnvs();
  trace.disable();
  context.disable();
});

/** Every byte that a backend gets of the calls. */
async function exportedBytes(options: OpenAIInstrumentOptions): Promise<Buffer> {
  const instrumentation = (provider: TracerProvider): { uninstrument(): void } =>
    instrumentOpenAI(OpenAI, provider, options);
  return bytesWhile(instrumentation);
}

async function bytesWhile(start: (provider: TracerProvider) => { uninstrument(): void }): Promise<Buffer> {
  const sink = await startOtlpSink();
  const exporter = new OTLPTraceExporter({ url: `${sink.url}/v1/traces` });
  const provider = new NodeTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    spanLimits: { attributeCountLimit: 10_000 },
  });
  provider.register();
  const instrumentation = start(provider);
  onTestFinished(() => instrumentation.uninstrument());
  await callWithSecrets();
  await provider.shutdown();
  trace.disable();
  return Buffer.concat(sink.requests.map(({ body }) => body));
}

function secretsIn(bytes: Buffer): Secret[] {
  return ALL.filter((name) => bytes.includes(SECRETS[name]));
}

function without(hidden: readonly Secret[]): Secret[] {
  return ALL.filter((name) => !hidden.includes(name));
}

const MASKS: readonly (readonly [name: string, traceConfig: TraceConfig, hidden: readonly Secret[]])[] = [
  ["all, with no mask", {}, []],
  ["no input, with hideInputs", { hideInputs: true }, [...INPUTS, ...ERRORS]],
  ["no output, with hideOutputs", { hideOutputs: true }, [...OUTPUTS, ...ERRORS]],
  ["no message that was sent, with hideInputMessages", { hideInputMessages: true }, SENT],
  ["no message that was answered, with hideOutputMessages", { hideOutputMessages: true }, [...ANSWERED_TEXTS, "drawn"]],
  ["no text that was sent, with hideInputText", { hideInputText: true }, SENT_TEXTS],
  ["no text that was answered, with hideOutputText", { hideOutputText: true }, ANSWERED_TEXTS],
  ["no image that was sent, with hideInputImages", { hideInputImages: true }, ["image"]],
  ["no long image, with base64ImageMaxLength", { base64ImageMaxLength: 20 }, IMAGES],
  [
    "no long image, with a blobUploader that has no room",
    { base64ImageMaxLength: 20, blobUploader: () => undefined },
    IMAGES,
  ],
  ["no parameters, with hideLLMInvocationParameters", { hideLLMInvocationParameters: true }, ["parameter"]],
  ["no schema of a tool, with hideLLMTools", { hideLLMTools: true }, ["schema"]],
  [
    "all, with masks of what these calls do not do",
    {
      hidePrompts: true,
      hideChoices: true,
      hideEmbeddingsText: true,
      hideEmbeddingsVectors: true,
      hideEmbeddingVectors: true,
    },
    [],
  ],
  ["what the caller said of it only, with all that hides", HIDE_ALL, HIDDEN_BY_ALL],
  ["nothing that a function takes", { mask: takeSecrets }, ALL],
  ["nothing that a function drops", { mask: () => undefined }, ALL],
];

describe("of calls full of secrets, a backend gets", () => {
  it.each(MASKS)("%s", async (_name, traceConfig, hidden) => {
    const bytes = await exportedBytes({ traceConfig });

    expect(secretsIn(bytes)).toEqual(without(hidden));
    expect(["ChatCompletion", "Responses"].filter((name) => !bytes.includes(name))).toEqual([]);
  });

  it.each(MASKS)("%s, in the words of both conventions", async (_name, traceConfig, hidden) => {
    expect(secretsIn(await exportedBytes({ traceConfig, semconv: "both" }))).toEqual(without(hidden));
  });

  it.each(MASKS)("%s, in the words of GenAI alone", async (_name, traceConfig, hidden) => {
    const found = secretsIn(await exportedBytes({ traceConfig, semconv: "gen_ai" }));

    expect(found.filter((name) => hidden.includes(name))).toEqual([]);
  });

  it("all that GenAI has names for, in its words", async () => {
    expect(secretsIn(await exportedBytes({ semconv: "gen_ai" }))).toEqual(without(NOT_IN_GEN_AI));
  });

  it("what the environment leaves, unless code says otherwise", async () => {
    vi.stubEnv("OPENINFERENCE_HIDE_INPUTS", "true");
    vi.stubEnv("OPENINFERENCE_HIDE_OUTPUTS", "True");
    const hidden = [...INPUTS, ...OUTPUTS, ...ERRORS];

    expect(secretsIn(await exportedBytes({}))).toEqual(without(hidden));
    expect(secretsIn(await exportedBytes({ traceConfig: { hideInputs: false, hideOutputs: false } }))).toEqual(ALL);
  });

  it("no more when tracing is re-targeted without a word of masks, until it is given up", async () => {
    const masked = instrumentOpenAI(OpenAI, undefined, { traceConfig: HIDE_ALL });
    let last = masked;

    expect(secretsIn(await bytesWhile((provider) => (last = instrumentOpenAI(OpenAI, provider))))).toEqual(
      without(HIDDEN_BY_ALL),
    );
    last.uninstrument();
    expect(secretsIn(await bytesWhile((provider) => instrumentOpenAI(OpenAI, provider)))).toEqual(ALL);
  });
});
