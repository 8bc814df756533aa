import { diag } from "@opentelemetry/api";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { resolveTraceConfig, strictest } from "../../instrumentors/shared/trace-config.ts";
import { keepWarnings } from "../support/warnings.ts";

const FLAGS = [
  ["hideInputs", "OPENINFERENCE_HIDE_INPUTS"],
  ["hideOutputs", "OPENINFERENCE_HIDE_OUTPUTS"],
  ["hideInputMessages", "OPENINFERENCE_HIDE_INPUT_MESSAGES"],
  ["hideOutputMessages", "OPENINFERENCE_HIDE_OUTPUT_MESSAGES"],
  ["hideInputImages", "OPENINFERENCE_HIDE_INPUT_IMAGES"],
  ["hideInputText", "OPENINFERENCE_HIDE_INPUT_TEXT"],
  ["hideOutputText", "OPENINFERENCE_HIDE_OUTPUT_TEXT"],
  ["hideLLMInvocationParameters", "OPENINFERENCE_HIDE_LLM_INVOCATION_PARAMETERS"],
  ["hideLLMTools", "OPENINFERENCE_HIDE_LLM_TOOLS"],
  ["hidePrompts", "OPENINFERENCE_HIDE_PROMPTS"],
  ["hideChoices", "OPENINFERENCE_HIDE_CHOICES"],
  ["hideEmbeddingsVectors", "OPENINFERENCE_HIDE_EMBEDDINGS_VECTORS"],
  ["hideEmbeddingsText", "OPENINFERENCE_HIDE_EMBEDDINGS_TEXT"],
] as const;

afterEach(() => diag.disable());

describe("resolveTraceConfig", () => {
  it("hides nothing by default, and allows images of 32,000 characters", () => {
    const config = resolveTraceConfig({}, {});
    expect(FLAGS.filter(([name]) => config[name])).toEqual([]);
    expect(config.base64ImageMaxLength).toBe(32_000);
  });

  it.each(FLAGS)("takes %s from code, else from %s", (name, variable) => {
    expect(resolveTraceConfig({ [name]: true }, {})[name]).toBe(true);
    expect(resolveTraceConfig({}, { [variable]: "true" })[name]).toBe(true);
    expect(resolveTraceConfig({ [name]: false }, { [variable]: "true" })[name]).toBe(false);
    expect(resolveTraceConfig({ [name]: undefined }, { [variable]: "true" })[name]).toBe(true);
    const others = FLAGS.filter(([other]) => other !== name);
    const config = resolveTraceConfig({ [name]: true }, {});
    expect(others.filter(([other]) => config[other])).toEqual([]);
  });

  it.each([
    ["TRUE", true],
    ["True", true],
    ["1", false],
    ["yes", false],
    [" true", false],
    ["", false],
  ])("reads the variable %j as %s", (value, hidden) => {
    expect(resolveTraceConfig({}, { OPENINFERENCE_HIDE_INPUTS: value }).hideInputs).toBe(hidden);
  });

  it("still knows the old name of hideEmbeddingsVectors, in code and in the environment", () => {
    expect(resolveTraceConfig({ hideEmbeddingVectors: true }, {}).hideEmbeddingsVectors).toBe(true);
    const env = { OPENINFERENCE_HIDE_EMBEDDING_VECTORS: "true" };
    expect(resolveTraceConfig({}, env).hideEmbeddingsVectors).toBe(true);
  });

  it.each([
    [undefined, "100", 100],
    [50, "100", 50],
    [0, "100", 0],
    [undefined, "many", 32_000],
    [Number.NaN, undefined, 32_000],
  ])("takes the length %s from code, and %s from the environment, for %i", (given, variable, length) => {
    const env = { OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH: variable };
    expect(resolveTraceConfig({ base64ImageMaxLength: given }, env).base64ImageMaxLength).toBe(length);
  });

  it("says that a blob uploader by name is a thing of Python, unless code gives one", () => {
    const warnings = keepWarnings();
    const env = { OPENINFERENCE_BLOB_UPLOADER: "arize" };
    resolveTraceConfig({ blobUploader: () => undefined }, env);
    expect(warnings).toEqual([]);
    resolveTraceConfig({}, env);
    expect(warnings).toEqual([expect.stringContaining("traceConfig.blobUploader")]);
  });

  it("warns once of a name that is near to a mask's, and of what is none at all", () => {
    const emitted = vi.spyOn(process, "emitWarning").mockReturnValue(undefined);
    onTestFinished(() => emitted.mockRestore());
    const env = {
      OPENINFERENCE_HIDE_INPUT: "true",
      OPENINFERENCE_HIDE_OUPUTS: "true",
      OPENINFERENCE_HIDE_OUTPUT_TEX: "true",
      OPENINFERENCE_HIDE_EVERYTHING: "true",
      OPENINFERENCE_HIDE_NOTHING: "",
      OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH: "9",
      ...Object.fromEntries(FLAGS.map(([, variable]) => [variable, "true"])),
    };
    resolveTraceConfig({}, env);
    resolveTraceConfig({}, env);
    const read = "is no variable that is read, and hides nothing.";
    expect(emitted.mock.calls).toEqual([
      [`OPENINFERENCE_HIDE_INPUT ${read} Did you mean OPENINFERENCE_HIDE_INPUTS?`, "VitrineWarning"],
      [`OPENINFERENCE_HIDE_OUPUTS ${read} Did you mean OPENINFERENCE_HIDE_OUTPUTS?`, "VitrineWarning"],
      [`OPENINFERENCE_HIDE_OUTPUT_TEX ${read} Did you mean OPENINFERENCE_HIDE_OUTPUT_TEXT?`, "VitrineWarning"],
      [expect.stringContaining(`${read} Those that are read: OPENINFERENCE_HIDE_INPUTS, `), "VitrineWarning"],
    ]);
  });
});

describe("strictest", () => {
  it("hides what either hides, and asks both masks", () => {
    const mine = resolveTraceConfig({ hideInputs: true, mask: (_key, value) => `${String(value)}1` }, {});
    const theirs = resolveTraceConfig(
      { hideOutputs: true, base64ImageMaxLength: 9, mask: (_key, value) => `${String(value)}2` },
      {},
    );
    const both = strictest(mine, theirs);
    expect(both).toMatchObject({ hideInputs: true, hideOutputs: true, hidePrompts: false, base64ImageMaxLength: 9 });
    expect(both.mask?.("key", "x")).toBe("x12");
  });
});
