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
  LLMSystem,
  TOOL_JSON_SCHEMA,
} from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { describe } from "../../src/describe.ts";
import { hostProvider } from "../agent/attributes/provider.ts";
import { inputAttributes, outputAttributes } from "../agent/attributes/text.ts";
import type { MessagesMode } from "../shared/message-budget.ts";
import { type SendingCall, shownMessageAttributes } from "../shared/shown-messages.ts";
import type { ModelAnswer, ModelRequest, TokenCounts } from "./model-api.ts";
import { sentMessages } from "./sent-messages.ts";
import { saidIn, wireMessageAttributes } from "./wire-message.ts";

/** Describes a call before it is made. `input.value` is the newest message: the rest is in `llm.input_messages`. `llm.system` is the shape of the API. */
export function startAttributes(
  { model, parameters, messages }: ModelRequest,
  baseURL: string | undefined,
): Attributes {
  const newest = messages.at(-1);
  return known({
    [LLM_SYSTEM]: LLMSystem.OPENAI,
    [LLM_PROVIDER]: hostProvider(baseURL),
    [LLM_MODEL_NAME]: model,
    [LLM_REQUEST_MODEL_NAME]: model,
    [LLM_INVOCATION_PARAMETERS]: describe(parameters),
    ...inputAttributes(newest && (saidIn(newest) || newest.parts)),
  });
}

/** Says how much of what a model is sent its span shows. */
export interface RequestOptions {
  readonly mode: MessagesMode;
  /** What there is room for. */
  readonly maxBytes: number;
  readonly call: SendingCall;
}

/** Describes what the model is sent: the tools that it is offered, and messages, as many as there is room for. */
export function requestAttributes(
  { messages, tools }: ModelRequest,
  { mode, maxBytes, call }: RequestOptions,
): Attributes {
  const offered = tools.map((tool) => describe(tool));
  const newest = messages.at(-1);
  const taken = [...offered, newest ? saidIn(newest) : ""].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const sent = sentMessages(messages, call);
  return shownMessageAttributes(sent, {
    mode,
    maxBytes: maxBytes - taken,
    knowsAll: mode === "delta" || sent.some(({ isKnown }) => isKnown),
    call,
    before: Object.fromEntries(offered.map((json, index) => [`${LLM_TOOLS}.${index}.${TOOL_JSON_SCHEMA}`, json])),
  });
}

/** Describes an answer, or what has come of it: tokens first, then what it says. */
export function answerAttributes({ model, finishReasons, tokens, messages }: ModelAnswer): Attributes {
  return known({
    ...tokenAttributes(tokens),
    ...(model ? { [LLM_MODEL_NAME]: model, [LLM_RESPONSE_MODEL_NAME]: model } : {}),
    [LLM_FINISH_REASON]: finishReasons[0],
    ...outputAttributes(outputOf(messages)),
    ...wireMessageAttributes(LLM_OUTPUT_MESSAGES, messages),
  });
}

function tokenAttributes(tokens: TokenCounts): Attributes {
  return {
    [LLM_TOKEN_COUNT_PROMPT]: tokens.prompt,
    [LLM_TOKEN_COUNT_COMPLETION]: tokens.completion,
    [LLM_TOKEN_COUNT_TOTAL]: tokens.total,
    [LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ]: tokens.cacheRead,
    [LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE]: tokens.cacheWrite,
    [LLM_TOKEN_COUNT_PROMPT_DETAILS_AUDIO]: tokens.promptAudio,
    [LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING]: tokens.reasoning,
    [LLM_TOKEN_COUNT_COMPLETION_DETAILS_AUDIO]: tokens.completionAudio,
  };
}

function outputOf([first]: ModelAnswer["messages"]): unknown {
  if (!first) return undefined;
  const [content, calls] = [saidIn(first), first.toolCalls ?? []];
  if (calls.length === 0) return content || undefined;
  const toolCalls = calls.map(({ id, name, arguments: input }) => ({ id, name, arguments: parsed(input) }));
  return { content, toolCalls };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function known(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
