import {
  LLM_COST_TOTAL,
  LLM_FINISH_REASON,
  LLM_INPUT_MESSAGES,
  LLM_INVOCATION_PARAMETERS,
  LLM_MODEL_NAME,
  LLM_OUTPUT_MESSAGES,
  LLM_PROVIDER,
  LLM_REQUEST_MODEL_NAME,
  LLM_RESPONSE_MODEL_NAME,
  LLM_SYSTEM,
  LLM_TOKEN_COUNT_COMPLETION,
  LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING,
  LLM_TOKEN_COUNT_PROMPT,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ,
  LLM_TOKEN_COUNT_TOTAL,
  LLM_TOOLS,
  TOOL_JSON_SCHEMA,
} from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { describe } from "../../../src/describe.ts";
import { textOf, type ToolSpec } from "../../../src/models/message.ts";
import type { GenerateRequest, Model, ModelOutput } from "../../../src/models/model.ts";
import type { Usage } from "../../../src/models/usage.ts";
import { messageAttributes } from "./messages.ts";
import { providerOf, systemOf } from "./provider.ts";
import { inputAttributes, outputAttributes } from "./text.ts";

/** Describes a model call before it is made. `input.value` is the newest message: the rest is in `llm.input_messages`. */
export function modelStartAttributes(model: Model, request: GenerateRequest): Attributes {
  const provider = providerOf(model.baseURL);
  const newest = request.messages.at(-1);
  return {
    [LLM_SYSTEM]: systemOf(model),
    ...(provider ? { [LLM_PROVIDER]: provider } : {}),
    [LLM_MODEL_NAME]: model.modelId,
    [LLM_REQUEST_MODEL_NAME]: model.modelId,
    [LLM_INVOCATION_PARAMETERS]: describe(model.invocationParameters(request)),
    ...inputAttributes(newest ? textOf(newest.content) : undefined),
  };
}

/** Describes what a model was sent: its messages and the tools it was offered, by the API or, for code to call, in the prompt. */
export function modelRequestAttributes({ messages, tools, promptTools = [] }: GenerateRequest): Attributes {
  return { ...messageAttributes(LLM_INPUT_MESSAGES, messages), ...toolAttributes(tools ?? promptTools) };
}

/** Describes a model's answer: tokens first, then what it said. */
export function modelOutputAttributes({ message, usage, finishReason, modelId }: ModelOutput): Attributes {
  return {
    ...(usage ? usageAttributes(usage) : {}),
    ...(modelId ? { [LLM_MODEL_NAME]: modelId, [LLM_RESPONSE_MODEL_NAME]: modelId } : {}),
    ...(finishReason ? { [LLM_FINISH_REASON]: finishReason } : {}),
    ...outputAttributes(
      message.toolCalls.length === 0 ? message.content : { content: message.content, toolCalls: message.toolCalls },
    ),
    ...messageAttributes(LLM_OUTPUT_MESSAGES, [message]),
  };
}

function usageAttributes(usage: Usage): Attributes {
  const { inputTokens, outputTokens, totalTokens, cachedTokens, reasoningTokens, costUsd } = usage;
  return {
    [LLM_TOKEN_COUNT_PROMPT]: inputTokens,
    [LLM_TOKEN_COUNT_COMPLETION]: outputTokens,
    [LLM_TOKEN_COUNT_TOTAL]: totalTokens,
    ...(cachedTokens === undefined ? {} : { [LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ]: cachedTokens }),
    ...(reasoningTokens === undefined ? {} : { [LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING]: reasoningTokens }),
    ...(costUsd === undefined ? {} : { [LLM_COST_TOTAL]: costUsd }),
  };
}

function toolAttributes(tools: readonly ToolSpec[]): Attributes {
  return Object.fromEntries(
    tools.map(({ name, description, inputSchema: parameters }, index) => [
      `${LLM_TOOLS}.${index}.${TOOL_JSON_SCHEMA}`,
      JSON.stringify({ type: "function", function: { name, description, parameters } }),
    ]),
  );
}
