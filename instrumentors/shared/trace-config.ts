import { type AttributeValue, diag } from "@opentelemetry/api";

/**
 * Puts an image elsewhere, and gives the absolute URL under which it will be found: at once, for the caller waits.
 *
 * `url` is the `data:` URL of the image. Nothing given, or no absolute URL, and the image is redacted.
 */
export type BlobUploader = (url: string, facts: { readonly key: string }) => string | undefined;

/** Sees every attribute that the other masks left, and gives what is to be exported instead; undefined drops it. */
export type Mask = (key: string, value: AttributeValue) => AttributeValue | undefined;

/**
 * Says what traces must not hold. What is not given here is read from the environment (`OPENINFERENCE_HIDE_INPUTS`, …), and is off by default.
 *
 * Source: OpenInference, spec/configuration.md. `mask` is Vitrine's own.
 */
export interface TraceConfigOptions {
  /** Input values, input messages and images, prompts, and the tools that the model is offered; messages and stacks of errors too. */
  readonly hideInputs?: boolean | undefined;
  /** Output values, output messages and images, choices; messages and stacks of errors too. */
  readonly hideOutputs?: boolean | undefined;
  /** What a model was sent; `input.value` stays. */
  readonly hideInputMessages?: boolean | undefined;
  /** What a model answered; `output.value` stays. */
  readonly hideOutputMessages?: boolean | undefined;
  /** Images that were sent; in texts, those that are `data:` URLs. */
  readonly hideInputImages?: boolean | undefined;
  /** Texts of input messages; their roles and tool calls stay. */
  readonly hideInputText?: boolean | undefined;
  /** Texts of output messages; their roles and tool calls stay. */
  readonly hideOutputText?: boolean | undefined;
  readonly hideLLMInvocationParameters?: boolean | undefined;
  /** Descriptions and schemas of tools; their names stay. */
  readonly hideLLMTools?: boolean | undefined;
  /** Prompts of the completions API. */
  readonly hidePrompts?: boolean | undefined;
  /** Answers of the completions API. */
  readonly hideChoices?: boolean | undefined;
  readonly hideEmbeddingsVectors?: boolean | undefined;
  /** The old name of `hideEmbeddingsVectors`. */
  readonly hideEmbeddingVectors?: boolean | undefined;
  readonly hideEmbeddingsText?: boolean | undefined;
  /** How long the `data:` URL of an image may be before it is redacted, wherever it stands. 32,000 by default. */
  readonly base64ImageMaxLength?: number | undefined;
  /** Is given the images that are longer than `base64ImageMaxLength`. They are redacted, if absent. */
  readonly blobUploader?: BlobUploader | undefined;
  readonly mask?: Mask | undefined;
}

/** The masks that are on or off, and the variables that say so. */
export const FLAGS = {
  hideInputs: "OPENINFERENCE_HIDE_INPUTS",
  hideOutputs: "OPENINFERENCE_HIDE_OUTPUTS",
  hideInputMessages: "OPENINFERENCE_HIDE_INPUT_MESSAGES",
  hideOutputMessages: "OPENINFERENCE_HIDE_OUTPUT_MESSAGES",
  hideInputImages: "OPENINFERENCE_HIDE_INPUT_IMAGES",
  hideInputText: "OPENINFERENCE_HIDE_INPUT_TEXT",
  hideOutputText: "OPENINFERENCE_HIDE_OUTPUT_TEXT",
  hideLLMInvocationParameters: "OPENINFERENCE_HIDE_LLM_INVOCATION_PARAMETERS",
  hideLLMTools: "OPENINFERENCE_HIDE_LLM_TOOLS",
  hidePrompts: "OPENINFERENCE_HIDE_PROMPTS",
  hideChoices: "OPENINFERENCE_HIDE_CHOICES",
  hideEmbeddingsVectors: "OPENINFERENCE_HIDE_EMBEDDINGS_VECTORS",
  hideEmbeddingVectors: "OPENINFERENCE_HIDE_EMBEDDING_VECTORS",
  hideEmbeddingsText: "OPENINFERENCE_HIDE_EMBEDDINGS_TEXT",
} as const;
const MAX_LENGTH_VARIABLE = "OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH";
const UPLOADER_VARIABLE = "OPENINFERENCE_BLOB_UPLOADER";
const DEFAULT_MAX_LENGTH = 32_000;
/** In how many letters, beside each other, a name may differ from the one that is meant. */
const MISSPELT_LETTERS = 4;

type Flag = keyof typeof FLAGS;
type Flags = Readonly<Record<Exclude<Flag, "hideEmbeddingVectors">, boolean>>;

/** Every question of the configuration, answered. */
export interface TraceConfig extends Flags {
  readonly base64ImageMaxLength: number;
  readonly blobUploader: BlobUploader | undefined;
  readonly mask: Mask | undefined;
}

/** A variable is warned of once, however often the environment is read. */
const warned = new Set<string>();

/**
 * Answers every question of the configuration: by code, else by the environment, else by the default.
 *
 * A variable is true only if it says "true", in whatever case; a length that is no number is as if it were not there.
 * Names that begin as those of masks do, and are none, are warned of.
 */
export function resolveTraceConfig(
  options: TraceConfigOptions = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
): TraceConfig {
  if (env[UPLOADER_VARIABLE] && !options.blobUploader) {
    diag.warn(
      `vitrine: ${UPLOADER_VARIABLE} names a plug-in of Python, which is not here; large images are redacted. Give traceConfig.blobUploader a function.`,
    );
  }
  warnOfMisspelt(env);
  return {
    ...flagsBy((name) => options[name] ?? isTrue(FLAGS[name], env)),
    base64ImageMaxLength: lengthOf(options.base64ImageMaxLength, env[MAX_LENGTH_VARIABLE]),
    blobUploader: options.blobUploader,
    mask: options.mask,
  };
}

/** Hides what either of two configurations hides. */
export function strictest(left: TraceConfig, right: TraceConfig): TraceConfig {
  if (left === right) return left;
  const [first, second] = [left.mask, right.mask];
  const both: Mask = (key, value) => {
    const masked = first ? first(key, value) : value;
    return masked === undefined || !second ? masked : second(key, masked);
  };
  return {
    ...flagsBy((name) => name !== "hideEmbeddingVectors" && (left[name] || right[name])),
    base64ImageMaxLength: Math.min(left.base64ImageMaxLength, right.base64ImageMaxLength),
    blobUploader: left.blobUploader ?? right.blobUploader,
    mask: first || second ? both : undefined,
  };
}

function flagsBy(flag: (name: Flag) => boolean): Flags {
  return {
    hideInputs: flag("hideInputs"),
    hideOutputs: flag("hideOutputs"),
    hideInputMessages: flag("hideInputMessages"),
    hideOutputMessages: flag("hideOutputMessages"),
    hideInputImages: flag("hideInputImages"),
    hideInputText: flag("hideInputText"),
    hideOutputText: flag("hideOutputText"),
    hideLLMInvocationParameters: flag("hideLLMInvocationParameters"),
    hideLLMTools: flag("hideLLMTools"),
    hidePrompts: flag("hidePrompts"),
    hideChoices: flag("hideChoices"),
    hideEmbeddingsVectors: flag("hideEmbeddingsVectors") || flag("hideEmbeddingVectors"),
    hideEmbeddingsText: flag("hideEmbeddingsText"),
  };
}

/** "1" and "yes" hide nothing, as the specification has it: whoever wrote them thinks that they do. */
function isTrue(variable: string, env: Readonly<Record<string, string | undefined>>): boolean {
  const value = env[variable]?.toLowerCase() ?? "";
  if (!["", "true", "false"].includes(value)) {
    process.emitWarning(`${variable} is "${value}", which hides nothing: it must be true or false.`, "VitrineWarning");
  }
  return value === "true";
}

/** A mask that is misspelt hides nothing, and nobody would see it. */
function warnOfMisspelt(env: Readonly<Record<string, string | undefined>>): void {
  const known: readonly string[] = Object.values(FLAGS);
  for (const name of Object.keys(env)) {
    if (!name.startsWith("OPENINFERENCE_HIDE_") || known.includes(name) || warned.has(name) || !env[name]) continue;
    warned.add(name);
    const [near = ""] = known.toSorted((left, right) => differing(name, left) - differing(name, right));
    const isNear = differing(name, near) <= MISSPELT_LETTERS;
    const hint = isNear ? `Did you mean ${near}?` : `Those that are read: ${known.join(", ")}.`;
    process.emitWarning(`${name} is no variable that is read, and hides nothing. ${hint}`, "VitrineWarning");
  }
}

/** How many letters of the longer word stand between the beginning and the end that it shares with the other. */
function differing(left: string, right: string): number {
  const [longer, shorter] = left.length < right.length ? [right, left] : [left, right];
  let start = 0;
  while (start < shorter.length && longer[start] === shorter[start]) start += 1;
  let end = 0;
  while (end < shorter.length - start && longer.at(-1 - end) === shorter.at(-1 - end)) end += 1;
  return longer.length - start - end;
}

function lengthOf(given: number | undefined, variable = ""): number {
  const lengths = [given ?? Number.NaN, Number.parseInt(variable, 10)];
  return lengths.find((length) => !Number.isNaN(length)) ?? DEFAULT_MAX_LENGTH;
}
