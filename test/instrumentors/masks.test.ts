import { OITracer, REDACTED_VALUE } from "@arizeai/openinference-core";
import type { Attributes } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { describe, expect, it } from "vitest";
import { maskAttributes } from "../../instrumentors/shared/masks.ts";
import { resolveTraceConfig, type TraceConfigOptions } from "../../instrumentors/shared/trace-config.ts";
import { ATTRIBUTES } from "../support/mask-attributes.ts";

const TOOLS = {
  "llm.tools.0.tool.json_schema": "removed",
  "tool.description": "removed",
  "tool.parameters": "removed",
  "tool.json_schema": "removed",
  "gen_ai.tool.definitions": "removed",
  "vitrine.managed_agents.0.description": "removed",
};
const INPUT_MESSAGES = {
  ...changedUnder("llm.input_messages.", "removed"),
  "gen_ai.input.messages": "removed",
  "gen_ai.system_instructions": "removed",
};
const OUTPUT_MESSAGES = {
  ...changedUnder("llm.output_messages.", "removed"),
  "gen_ai.output.messages": "removed",
};

describe("maskAttributes", () => {
  it.each<[string, TraceConfigOptions, Readonly<Record<string, string>>]>([
    [
      "hideInputs",
      { hideInputs: true },
      {
        ...TOOLS,
        ...INPUT_MESSAGES,
        "input.value": "redacted",
        "input.mime_type": "removed",
        "input.images.0.image.url": "removed",
        "llm.prompts.0.prompt.text": "redacted",
        "embedding.embeddings.0.embedding.text": "redacted",
        "llm.prompt_template.template": "removed",
        "llm.prompt_template.variables": "removed",
        "gen_ai.tool.call.arguments": "redacted",
        "vitrine.additional_args": "removed",
        "vitrine.something_new": "removed",
      },
    ],
    [
      "hideOutputs",
      { hideOutputs: true },
      {
        ...OUTPUT_MESSAGES,
        "output.value": "redacted",
        "output.mime_type": "removed",
        "output.images.0.image.url": "removed",
        "llm.choices.0.completion.text": "redacted",
        "gen_ai.tool.call.result": "redacted",
        "vitrine.something_new": "removed",
      },
    ],
    ["hideInputMessages", { hideInputMessages: true }, INPUT_MESSAGES],
    ["hideOutputMessages", { hideOutputMessages: true }, OUTPUT_MESSAGES],
    [
      "hideInputText",
      { hideInputText: true },
      {
        "llm.input_messages.0.message.content": "redacted",
        "llm.input_messages.1.message.contents.0.message_content.text": "redacted",
        "gen_ai.input.messages": "changed",
        "gen_ai.system_instructions": "changed",
      },
    ],
    [
      "hideOutputText",
      { hideOutputText: true },
      {
        "llm.output_messages.0.message.content": "redacted",
        "llm.output_messages.0.message.contents.0.message_content.text": "redacted",
        "gen_ai.output.messages": "changed",
      },
    ],
    [
      "hideInputImages",
      { hideInputImages: true },
      {
        "input.images.0.image.url": "removed",
        "llm.input_messages.1.message.contents.1.message_content.image.image.url": "removed",
        "gen_ai.input.messages": "changed",
      },
    ],
    ["hideLLMTools", { hideLLMTools: true }, TOOLS],
    [
      "hideLLMInvocationParameters",
      { hideLLMInvocationParameters: true },
      {
        "llm.invocation_parameters": "removed",
        "gen_ai.request.temperature": "removed",
        "gen_ai.output.type": "removed",
      },
    ],
    ["hidePrompts", { hidePrompts: true }, { "llm.prompts.0.prompt.text": "redacted" }],
    ["hideChoices", { hideChoices: true }, { "llm.choices.0.completion.text": "redacted" }],
    [
      "hideEmbeddingsVectors",
      { hideEmbeddingsVectors: true },
      { "embedding.embeddings.0.embedding.vector": "redacted" },
    ],
    ["hideEmbeddingVectors", { hideEmbeddingVectors: true }, { "embedding.embeddings.0.embedding.vector": "redacted" }],
    ["hideEmbeddingsText", { hideEmbeddingsText: true }, { "embedding.embeddings.0.embedding.text": "redacted" }],
    [
      "base64ImageMaxLength",
      { base64ImageMaxLength: 50 },
      {
        "input.images.0.image.url": "redacted",
        "output.images.0.image.url": "redacted",
        "llm.input_messages.1.message.contents.1.message_content.image.image.url": "redacted",
      },
    ],
    ["nothing", {}, {}],
  ])("hides by %s what it must, and nothing else", (_name, options, expected) => {
    expect(changes(options)).toEqual(expected);
  });

  it("gives back the very object where there is nothing to hide", () => {
    expect(maskAttributes(ATTRIBUTES, resolveTraceConfig({}, {}))).toBe(ATTRIBUTES);
  });

  it("leaves the attributes that it was given as they were", () => {
    const before = structuredClone(ATTRIBUTES);
    maskAttributes(ATTRIBUTES, resolveTraceConfig({ hideInputs: true, hideOutputs: true }, {}));
    expect(ATTRIBUTES).toEqual(before);
  });
});

type CoreConfig = NonNullable<ConstructorParameters<typeof OITracer>[0]["traceConfig"]>;

describe("openinference-core", () => {
  /** Where it does less than the specification, or than the words of the specification mean. */
  const OURS =
    /^(gen_ai|vitrine|tool)\.|^llm\.(prompts|choices|invocation_parameters|prompt_template)|^embedding\.embeddings/;

  it.each([
    "hideInputs",
    "hideOutputs",
    "hideInputMessages",
    "hideOutputMessages",
    "hideInputText",
    "hideOutputText",
    "hideInputImages",
    "hideLLMTools",
    "hidePrompts",
  ] as const)("hides the same by %s, where it has the rule", (name) => {
    const common = Object.fromEntries(Object.entries(ATTRIBUTES).filter(([key]) => !OURS.test(key)));
    const options = { [name]: true };
    expect(maskAttributes(common, resolveTraceConfig(options, {}))).toEqual(maskedByCore(common, options));
  });

  it("redacts the same long images", () => {
    const common = Object.fromEntries(Object.entries(ATTRIBUTES).filter(([key]) => key.endsWith("image.url")));
    const options = { base64ImageMaxLength: 50 };
    expect(maskAttributes(common, resolveTraceConfig(options, {}))).toEqual(maskedByCore(common, options));
  });
});

function changes(options: TraceConfigOptions): Readonly<Record<string, string>> {
  const masked = maskAttributes(ATTRIBUTES, resolveTraceConfig(options, {}));
  const told = Object.entries(ATTRIBUTES).map(([key, value]) => {
    const left = masked[key];
    if (left === value) return [key, "kept"];
    if (left === undefined) return [key, "removed"];
    return [key, left === REDACTED_VALUE ? "redacted" : "changed"];
  });
  return Object.fromEntries(told.filter(([, change]) => change !== "kept"));
}

function changedUnder(prefix: string, change: string): Readonly<Record<string, string>> {
  const keys = Object.keys(ATTRIBUTES).filter((key) => key.startsWith(prefix));
  return Object.fromEntries(keys.map((key) => [key, change]));
}

function maskedByCore(attributes: Attributes, traceConfig: CoreConfig): Attributes {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = new OITracer({ tracer: provider.getTracer("core"), traceConfig });
  tracer.startSpan("span", { attributes }).end();
  return exporter.getFinishedSpans()[0]?.attributes ?? {};
}
