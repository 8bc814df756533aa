import {
  AUDIO_TRANSCRIPT,
  EMBEDDING_EMBEDDINGS,
  EMBEDDING_TEXT,
  EMBEDDING_VECTOR,
  INPUT_IMAGES,
  INPUT_MIME_TYPE,
  INPUT_VALUE,
  LLM_INPUT_MESSAGES,
  LLM_INVOCATION_PARAMETERS,
  LLM_OUTPUT_MESSAGES,
  LLM_PROMPTS,
  LLM_TOOLS,
  MESSAGE_CONTENT,
  MESSAGE_CONTENT_IMAGE,
  MESSAGE_CONTENT_TEXT,
  OUTPUT_IMAGES,
  OUTPUT_MIME_TYPE,
  OUTPUT_VALUE,
  PROMPT_TEMPLATE_TEMPLATE,
  PROMPT_TEMPLATE_VARIABLES,
  TOOL_DESCRIPTION,
  TOOL_JSON_SCHEMA,
  TOOL_PARAMETERS,
} from "@arizeai/openinference-semantic-conventions";
import type { AttributeValue } from "@opentelemetry/api";
import { REDACTED, withoutImages } from "./base64-images.ts";
import { editParts, isImage, withText } from "./edit-parts.ts";
import type { TraceConfig } from "./trace-config.ts";
import { VITRINE } from "./vitrine-attributes.ts";

/** Says what becomes of the attributes that it covers while it is on. */
export interface MaskRule {
  readonly isOn: (config: TraceConfig) => boolean;
  readonly covers: (key: string) => boolean;
  /** Gives undefined to remove the attribute. */
  readonly edit: (value: AttributeValue) => AttributeValue | undefined;
}

/** Have no constant in the conventions package. Source: OpenInference, spec/semantic_conventions.md. */
const LLM_CHOICES = "llm.choices";
const EMBEDDING_INVOCATION_PARAMETERS = "embedding.invocation_parameters";

/** What holds content under the names of OpenTelemetry's GenAI conventions. */
const GEN_AI = {
  inputMessages: "gen_ai.input.messages",
  outputMessages: "gen_ai.output.messages",
  systemInstructions: "gen_ai.system_instructions",
  toolArguments: "gen_ai.tool.call.arguments",
  toolResult: "gen_ai.tool.call.result",
  toolDefinitions: "gen_ai.tool.definitions",
  toolDescription: "gen_ai.tool.description",
  agentDescription: "gen_ai.agent.description",
  outputType: "gen_ai.output.type",
  requestPrefix: "gen_ai.request.",
  requestModel: "gen_ai.request.model",
} as const;

const INPUT_TEXTS = [INPUT_VALUE, GEN_AI.toolArguments];
const OUTPUT_TEXTS = [OUTPUT_VALUE, GEN_AI.toolResult];
const GEN_AI_INPUTS = [GEN_AI.inputMessages, GEN_AI.systemInstructions];
const INPUT_MESSAGES = [LLM_INPUT_MESSAGES, ...GEN_AI_INPUTS];
const OUTPUT_MESSAGES = [LLM_OUTPUT_MESSAGES, GEN_AI.outputMessages];
const INPUTS = [INPUT_MIME_TYPE, INPUT_IMAGES, PROMPT_TEMPLATE_TEMPLATE, PROMPT_TEMPLATE_VARIABLES];
const OUTPUTS = [OUTPUT_MIME_TYPE, OUTPUT_IMAGES];
/** The span of a tool says again what the model was offered, and so does the run of a managed agent. */
const TOOLS = [
  LLM_TOOLS,
  TOOL_JSON_SCHEMA,
  TOOL_PARAMETERS,
  TOOL_DESCRIPTION,
  GEN_AI.toolDefinitions,
  GEN_AI.toolDescription,
  GEN_AI.agentDescription,
];

/** Of what has the prefix `vitrine.`, this tells no content. All else is hidden, unless it is a number or a boolean: what nobody has thought of here, too. */
const isPlain = within([VITRINE.stopReason, VITRINE.toolNames, VITRINE.managedAgents]);
const isInputOnly = within([VITRINE.additionalArgs]);
const isOfTool = within(TOOLS);
const isSpanImage = within([INPUT_IMAGES]);
const isInput = within([...INPUT_TEXTS, ...INPUT_MESSAGES, ...INPUTS]);

const redact = (): AttributeValue => REDACTED;
const remove = (): undefined => undefined;
const removeContent = (value: AttributeValue): AttributeValue | undefined =>
  typeof value === "number" || typeof value === "boolean" ? value : undefined;
const redactText = rewritingParts((part) => withText(part, REDACTED));
const removeImages = rewritingParts((part) => (isImage(part) ? undefined : part));
const redactImages = (value: AttributeValue): AttributeValue =>
  typeof value === "string" ? withoutImages(value) : value;

/** The rules of OpenInference's configuration. Every one that is on and covers a key has its turn, in this order, until nothing is left. */
export const MASK_RULES: readonly MaskRule[] = [
  { isOn: ({ hideInputs }) => hideInputs, covers: within(INPUTS), edit: remove },
  { isOn: ({ hideInputs }) => hideInputs, covers: isVitrineInput, edit: removeContent },
  { isOn: ({ hideInputs }) => hideInputs, covers: within(INPUT_TEXTS), edit: redact },
  { isOn: ({ hideOutputs }) => hideOutputs, covers: within(OUTPUTS), edit: remove },
  { isOn: ({ hideOutputs }) => hideOutputs, covers: isVitrineOutput, edit: removeContent },
  { isOn: ({ hideOutputs }) => hideOutputs, covers: within(OUTPUT_TEXTS), edit: redact },
  { isOn: (config) => config.hideInputs || config.hideInputMessages, covers: within(INPUT_MESSAGES), edit: remove },
  { isOn: (config) => config.hideOutputs || config.hideOutputMessages, covers: within(OUTPUT_MESSAGES), edit: remove },
  { isOn: (config) => config.hideInputs || config.hideLLMTools, covers: isToolDefinition, edit: remove },
  { isOn: (config) => config.hideInputs || config.hidePrompts, covers: within([LLM_PROMPTS]), edit: redact },
  { isOn: (config) => config.hideOutputs || config.hideChoices, covers: within([LLM_CHOICES]), edit: redact },
  {
    isOn: (config) => config.hideInputs || config.hideEmbeddingsText,
    covers: isEmbedding(EMBEDDING_TEXT),
    edit: redact,
  },
  { isOn: ({ hideEmbeddingsVectors }) => hideEmbeddingsVectors, covers: isEmbedding(EMBEDDING_VECTOR), edit: redact },
  { isOn: (config) => config.hideLLMInvocationParameters, covers: isInvocationParameter, edit: remove },
  { isOn: ({ hideInputText }) => hideInputText, covers: isTextIn(LLM_INPUT_MESSAGES), edit: redact },
  { isOn: ({ hideInputText }) => hideInputText, covers: within(GEN_AI_INPUTS), edit: redactText },
  { isOn: ({ hideOutputText }) => hideOutputText, covers: isTextIn(LLM_OUTPUT_MESSAGES), edit: redact },
  { isOn: ({ hideOutputText }) => hideOutputText, covers: within([GEN_AI.outputMessages]), edit: redactText },
  { isOn: ({ hideInputImages }) => hideInputImages, covers: isInputImage, edit: remove },
  { isOn: ({ hideInputImages }) => hideInputImages, covers: within(GEN_AI_INPUTS), edit: removeImages },
  { isOn: ({ hideInputImages }) => hideInputImages, covers: mayHoldInputImage, edit: redactImages },
];

function within(names: readonly string[]): (key: string) => boolean {
  const prefixes = names.map((name) => `${name}.`);
  return (key) => names.includes(key) || prefixes.some((prefix) => key.startsWith(prefix));
}

function isVitrineInput(key: string): boolean {
  return key.startsWith("vitrine.") && !isPlain(key);
}

function isVitrineOutput(key: string): boolean {
  return isVitrineInput(key) && !isInputOnly(key);
}

/** A managed agent is offered as a tool. */
function isToolDefinition(key: string): boolean {
  const isManaged = key.startsWith(`${VITRINE.managedAgents}.`) && key.endsWith(".description");
  return isManaged || isOfTool(key);
}

function isEmbedding(what: string): (key: string) => boolean {
  return (key) => key.startsWith(EMBEDDING_EMBEDDINGS) && key.includes(what);
}

function isInvocationParameter(key: string): boolean {
  if ([LLM_INVOCATION_PARAMETERS, EMBEDDING_INVOCATION_PARAMETERS, GEN_AI.outputType].includes(key)) return true;
  return key.startsWith(GEN_AI.requestPrefix) && key !== GEN_AI.requestModel;
}

function isTextIn(messages: string): (key: string) => boolean {
  return (key) => key.startsWith(messages) && isText(key);
}

function isText(key: string): boolean {
  return key.endsWith(`.${MESSAGE_CONTENT}`) || key.includes(MESSAGE_CONTENT_TEXT) || key.endsWith(AUDIO_TRANSCRIPT);
}

function isInputImage(key: string): boolean {
  return isSpanImage(key) || (key.startsWith(LLM_INPUT_MESSAGES) && key.includes(MESSAGE_CONTENT_IMAGE));
}

function mayHoldInputImage(key: string): boolean {
  return isInput(key) || isVitrineInput(key);
}

/** What is no JSON of messages cannot be masked in part: then it goes. */
function rewritingParts(edit: Parameters<typeof editParts>[1]): MaskRule["edit"] {
  return (value) => (typeof value === "string" ? editParts(value, edit) : undefined);
}
