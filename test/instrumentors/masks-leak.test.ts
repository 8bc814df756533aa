import { context, trace, type TracerProvider } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { AgentInstrumentor, instrument, type Mask, type TraceConfigOptions } from "vitrine/instrumentors";
import { afterEach, describe, expect, it, vi } from "vitest";
import { tool } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { toolSpec } from "../../src/tools/tool-spec.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { runWithSecrets, SECRETS } from "../support/secret-run.ts";

type Secret = keyof typeof SECRETS;

const ALL = Object.keys(SECRETS).filter((name): name is Secret => name in SECRETS);
const OF_THE_CALLER: readonly Secret[] = ["metadata", "session"];
/** What inputs and outputs do not hold. */
const HIDDEN_FROM_NOBODY: readonly Secret[] = ["parameter", ...OF_THE_CALLER];
const HIDE_ALL: TraceConfigOptions = { hideInputs: true, hideOutputs: true, hideLLMInvocationParameters: true };
const HIDDEN_BY_ALL: readonly Secret[] = ALL.filter((name) => !OF_THE_CALLER.includes(name));
/** What has no name in the GenAI conventions: a seed that is no number. */
const NOT_IN_GEN_AI: readonly Secret[] = ["parameter"];
const ERRORS: readonly Secret[] = ["toolStack", "modelError", "modelStack"];
const IMAGES: readonly Secret[] = ["image", "shownImage"];

afterEach(() => {
  vi.unstubAllEnvs();
  instrument().uninstrument();
  trace.disable();
  context.disable();
});

const takeSecrets: Mask = (_key, value) => (typeof value === "string" ? value.replace(/zq\w+zq/g, "…") : value);

/** Every byte that a backend gets of the run. */
async function exportedBytes(
  start: (provider: TracerProvider) => void,
  run: () => Promise<unknown> = runWithSecrets,
): Promise<Buffer> {
  const sink = await startOtlpSink();
  const exporter = new OTLPTraceExporter({ url: `${sink.url}/v1/traces` });
  const provider = new NodeTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    spanLimits: { attributeCountLimit: 10_000 },
  });
  provider.register();
  start(provider);
  await run();
  await provider.shutdown();
  trace.disable();
  return Buffer.concat(sink.requests.map(({ body }) => body));
}

function secretsIn(bytes: Buffer): Secret[] {
  return ALL.filter((name) => bytes.includes(SECRETS[name]));
}

describe("of a run full of secrets, a backend gets", () => {
  it.each<[string, TraceConfigOptions, readonly Secret[]]>([
    ["all, with no mask", {}, []],
    [
      "no input, with hideInputs",
      { hideInputs: true },
      ["task", "argument", "image", "system", "schema", "agentDescription", ...ERRORS],
    ],
    [
      "no output that is not an input in its turn, with hideOutputs",
      { hideOutputs: true },
      ["reasoning", "lastResult", ...ERRORS],
    ],
    ["no message that was sent, with hideInputMessages", { hideInputMessages: true }, ["system"]],
    ["no message that was answered, with hideOutputMessages", { hideOutputMessages: true }, ["reasoning"]],
    ["no text that was sent, with hideInputText", { hideInputText: true }, ["system"]],
    ["no text that was answered, with hideOutputText", { hideOutputText: true }, ["reasoning"]],
    ["no image that was sent, with hideInputImages", { hideInputImages: true }, ["image"]],
    ["no long image, with base64ImageMaxLength", { base64ImageMaxLength: 20 }, IMAGES],
    ["no parameters, with hideLLMInvocationParameters", { hideLLMInvocationParameters: true }, ["parameter"]],
    [
      "no schema of a tool, with hideLLMTools and hideInputMessages",
      { hideLLMTools: true, hideInputMessages: true },
      ["schema", "system"],
    ],
    [
      "all, with masks of what an agent does not do",
      { hidePrompts: true, hideChoices: true, hideEmbeddingsText: true, hideEmbeddingsVectors: true },
      [],
    ],
    ["what the caller said of it only, with all that hides", HIDE_ALL, HIDDEN_BY_ALL],
    ["nothing that a function takes", { mask: takeSecrets }, ALL],
    ["nothing that a function drops", { mask: () => undefined }, ALL],
  ])("%s", async (_name, traceConfig, hidden) => {
    const bytes = await exportedBytes((provider) => instrument(provider, { traceConfig }));
    const found = secretsIn(bytes);
    expect(found.filter((name) => hidden.includes(name))).toEqual([]);
    const kept = ALL.filter((name) => !hidden.includes(name));
    expect(kept.filter((name) => !found.includes(name))).toEqual([]);
    expect(["lookup", "search_agent"].filter((name) => !bytes.includes(name))).toEqual([]);
  });

  it.each<[string, "gen_ai" | "both", TraceConfigOptions, readonly Secret[]]>([
    ["all", "gen_ai", {}, []],
    ["all", "both", {}, []],
    [
      "no input",
      "both",
      { hideInputs: true },
      ["task", "argument", "image", "system", "schema", "agentDescription", ...ERRORS],
    ],
    [
      "no output that is not an input in its turn",
      "both",
      { hideOutputs: true },
      ["reasoning", "lastResult", ...ERRORS],
    ],
    ["no text that was sent", "both", { hideInputText: true }, ["system"]],
    ["no text that was answered", "both", { hideOutputText: true }, ["reasoning"]],
    ["no image that was sent", "both", { hideInputImages: true }, ["image"]],
    ["no long image", "both", { base64ImageMaxLength: 20 }, IMAGES],
    ["no parameters", "both", { hideLLMInvocationParameters: true }, ["parameter"]],
    ["no message that was sent", "both", { hideInputMessages: true }, ["system"]],
    ["no message that was answered", "both", { hideOutputMessages: true }, ["reasoning"]],
    ["no schema of a tool", "both", { hideLLMTools: true, hideInputMessages: true }, ["schema", "system"]],
    ["what the caller said of it only", "gen_ai", HIDE_ALL, HIDDEN_BY_ALL],
    ["what the caller said of it only", "both", HIDE_ALL, HIDDEN_BY_ALL],
  ])("%s with semconv %j and %j", async (_what, semconv, traceConfig, hidden) => {
    const found = secretsIn(await exportedBytes((provider) => instrument(provider, { traceConfig, semconv })));
    expect(found.filter((name) => hidden.includes(name))).toEqual([]);
    const nameless = semconv === "gen_ai" ? NOT_IN_GEN_AI : [];
    const kept = ALL.filter((name) => !hidden.includes(name) && !nameless.includes(name));
    expect(kept.filter((name) => !found.includes(name))).toEqual([]);
  });

  it("what the environment leaves, unless code says otherwise", async () => {
    vi.stubEnv("OPENINFERENCE_HIDE_INPUTS", "true");
    vi.stubEnv("OPENINFERENCE_HIDE_OUTPUTS", "True");
    expect(secretsIn(await exportedBytes(instrument))).toEqual(HIDDEN_FROM_NOBODY);
    const traceConfig = { hideInputs: false, hideOutputs: false };
    expect(secretsIn(await exportedBytes((provider) => instrument(provider, { traceConfig })))).toEqual(ALL);
  });

  it.each<[variable: string, value: string, hidden: readonly Secret[]]>([
    ["OPENINFERENCE_HIDE_INPUT_IMAGES", "true", ["image"]],
    ["OPENINFERENCE_HIDE_LLM_INVOCATION_PARAMETERS", "true", ["parameter"]],
    ["OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH", "20", IMAGES],
  ])("what is left by the variable %s=%s", async (variable, value, hidden) => {
    vi.stubEnv(variable, value);
    expect(secretsIn(await exportedBytes(instrument))).toEqual(ALL.filter((name) => !hidden.includes(name)));
  });

  it("no more when tracing is re-targeted without a word of masks, until it is given up", async () => {
    instrument(undefined, { traceConfig: { hideInputs: true, hideOutputs: true } });
    expect(secretsIn(await exportedBytes(instrument))).toEqual(HIDDEN_FROM_NOBODY);
    instrument().uninstrument();
    expect(secretsIn(await exportedBytes(instrument))).toEqual(ALL);
  });

  it("what the maker of an instrumentor leaves, also after it was given up", async () => {
    const instrumentor = new AgentInstrumentor({ traceConfig: { hideInputs: true, hideOutputs: true } });
    const start = (tracerProvider: TracerProvider): void => instrumentor.instrument({ tracerProvider });
    expect(secretsIn(await exportedBytes(start))).toEqual(HIDDEN_FROM_NOBODY);
    instrumentor.uninstrument();
    expect(secretsIn(await exportedBytes(start))).toEqual(HIDDEN_FROM_NOBODY);
    instrumentor.uninstrument();
  });
});

describe("of a tool that no prompt tells of, a backend gets", () => {
  const words = ["zqDescribedzq", "zqParameterzq"];
  const look = tool({
    name: "look",
    description: "zqDescribedzq",
    inputSchema: z.object({ at: z.string().describe("zqParameterzq") }),
    execute: () => "seen",
  });
  const offerAndCall = async (): Promise<void> => {
    await new ScriptedModel(["done"]).generate({
      messages: [{ role: "user", content: "Go" }],
      tools: [toolSpec(look)],
    });
    await look.call({ at: "map" });
  };

  it.each([
    ["nothing, with hideLLMTools", "openinference", true],
    ["nothing, with hideLLMTools", "gen_ai", true],
    ["nothing, with hideLLMTools", "both", true],
    ["all, without it", "openinference", false],
    ["all, without it", "gen_ai", false],
    ["all, without it", "both", false],
  ] as const)("%s, with semconv %j", async (_what, semconv, hideLLMTools) => {
    const options = { semconv, traceConfig: { hideLLMTools } };
    const bytes = await exportedBytes((provider) => instrument(provider, options), offerAndCall);
    expect(["ScriptedModel.generate", "look"].filter((name) => !bytes.includes(name))).toEqual([]);
    expect(words.filter((word) => bytes.includes(word))).toEqual(hideLLMTools ? [] : words);
  });
});
