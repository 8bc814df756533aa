import {
  LLM_FINISH_REASON,
  LLM_INVOCATION_PARAMETERS,
  LLM_MODEL_NAME,
  LLM_OUTPUT_MESSAGES,
  LLM_PROVIDER,
  LLM_REQUEST_MODEL_NAME,
  LLM_RESPONSE_MODEL_NAME,
  LLM_SYSTEM,
  LLM_TOKEN_COUNT_COMPLETION,
  LLM_TOKEN_COUNT_COMPLETION_DETAILS_AUDIO,
  LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING,
  LLM_TOKEN_COUNT_PROMPT,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_AUDIO,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE,
  LLM_TOKEN_COUNT_TOTAL,
  LLM_TOOLS,
  TOOL_JSON_SCHEMA,
} from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { describe } from "../../../src/describe.ts";
import { ModelError } from "../../../src/errors.ts";
import { textOf, type ToolSpec } from "../../../src/models/message.ts";
import type { GenerateRequest, Model, ModelOutput } from "../../../src/models/model.ts";
import type { Price, Usage } from "../../../src/models/usage.ts";
import { AttributeList } from "../../shared/attribute-list.ts";
import { itemKeys } from "../../shared/item-keys.ts";
import { withoutContent } from "../../shared/model-content.ts";
import { HTTP_STATUS } from "../../shared/vitrine-attributes.ts";
import { costAttributes } from "./cost.ts";
import { knownCounts } from "../../shared/counts.ts";
import { inputMessageAttributes, type InputMessagesOptions } from "./input-messages.ts";
import { messageAttributes } from "./messages.ts";
import { providerOf, systemOf } from "./provider.ts";
import { inputAttributes, outputAttributes } from "../../shared/text.ts";

/** Describes a model call before it is made. `input.value` is the newest message: the rest is in `llm.input_messages`. */
export function modelStartAttributes(model: Model, request: GenerateRequest): Attributes {
  const provider = providerOf(model);
  const newest = request.messages.at(-1);
  return {
    [LLM_SYSTEM]: systemOf(model),
    ...(provider ? { [LLM_PROVIDER]: provider } : {}),
    [LLM_MODEL_NAME]: model.modelId,
    [LLM_REQUEST_MODEL_NAME]: model.modelId,
    [LLM_INVOCATION_PARAMETERS]: describe(withoutContent(model.invocationParameters(request))),
    ...inputAttributes(newest ? textOf(newest.content) : undefined),
  };
}

/** Describes what a model was sent: the tools it was offered, by the API or, for code to call, in the prompt; and messages, as many as there is room for. */
export function modelRequestAttributes(request: GenerateRequest, options: InputMessagesOptions): AttributeList {
  const { messages, tools, promptTools = [] } = request;
  const offered = new AttributeList();
  let taken = Buffer.byteLength(textOf(messages.at(-1)?.content ?? ""));
  for (const [index, tool] of (tools ?? promptTools).entries()) {
    const json = jsonOf(tool);
    offered.add(itemKeys(LLM_TOOLS, index)(TOOL_JSON_SCHEMA), json);
    taken += Buffer.byteLength(json);
  }
  return inputMessageAttributes(messages, { ...options, maxBytes: options.maxBytes - taken, before: offered });
}

/** Describes a model's answer: tokens first, then what it said. `price`: of the model. */
export function modelOutputAttributes(
  { message, usage, finishReason, modelId }: ModelOutput,
  price?: Price,
): Attributes {
  const attributes: Attributes = usage ? usageAttributes(usage) : {};
  if (usage) Object.assign(attributes, costAttributes(usage, price));
  if (modelId) Object.assign(attributes, { [LLM_MODEL_NAME]: modelId, [LLM_RESPONSE_MODEL_NAME]: modelId });
  if (finishReason) attributes[LLM_FINISH_REASON] = finishReason;
  const { content, toolCalls } = message;
  const said = outputAttributes(toolCalls.length === 0 ? content : { content, toolCalls });
  return Object.assign(attributes, said, messageAttributes(LLM_OUTPUT_MESSAGES, [message]));
}

/** Tells by which status of HTTP a call failed, where it was answered: some failures the caller can mend, by it. */
export function modelFailureAttributes(error: Error): Attributes {
  const status = error instanceof ModelError ? error.status : undefined;
  return status === undefined ? {} : { [HTTP_STATUS]: status };
}

function usageAttributes(usage: Usage): Attributes {
  return knownCounts([
    [LLM_TOKEN_COUNT_PROMPT, usage.inputTokens],
    [LLM_TOKEN_COUNT_COMPLETION, usage.outputTokens],
    [LLM_TOKEN_COUNT_TOTAL, usage.totalTokens],
    [LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ, usage.cachedTokens],
    [LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE, usage.cacheWriteTokens],
    [LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING, usage.reasoningTokens],
    [LLM_TOKEN_COUNT_PROMPT_DETAILS_AUDIO, usage.audioInputTokens],
    [LLM_TOKEN_COUNT_COMPLETION_DETAILS_AUDIO, usage.audioOutputTokens],
  ]);
}

/** The runtime makes the description of a tool once, and hands over the same object at each step. */
const toolJson = new WeakMap<ToolSpec, string>();

function jsonOf(tool: ToolSpec): string {
  const { name, description, inputSchema: parameters } = tool;
  const json = toolJson.get(tool) ?? JSON.stringify({ type: "function", function: { name, description, parameters } });
  toolJson.set(tool, json);
  return json;
}
