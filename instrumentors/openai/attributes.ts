import {
  LLM_COST_TOTAL,
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
import { knownCounts, roundedCost } from "../shared/counts.ts";
import { hostProvider } from "../shared/host-provider.ts";
import { inputAttributes, outputAttributes } from "../shared/text.ts";
import { AttributeList } from "../shared/attribute-list.ts";
import { itemKeys } from "../shared/item-keys.ts";
import type { MessagesMode } from "../shared/message-budget.ts";
import { type SendingCall, shownMessageAttributes } from "../shared/shown-messages.ts";
import type { JsonObject } from "./json.ts";
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
    [LLM_INVOCATION_PARAMETERS]: sentJson(parameters),
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
): AttributeList {
  const newest = messages.at(-1);
  const before = new AttributeList();
  let taken = Buffer.byteLength(newest ? saidIn(newest) : "");
  for (const [index, tool] of tools.entries()) {
    const json = sentJson(tool);
    before.add(itemKeys(LLM_TOOLS, index)(TOOL_JSON_SCHEMA), json);
    taken += Buffer.byteLength(json);
  }
  const sent = sentMessages(messages, call);
  return shownMessageAttributes(sent, {
    mode,
    maxBytes: maxBytes - taken,
    knowsAll: mode === "delta" || sent.some(({ isKnown }) => isKnown),
    call,
    before,
  });
}

/** Describes an answer, or what has come of it: tokens first, then what it says. */
export function answerAttributes({ model, finishReasons, tokens, costUsd, messages }: ModelAnswer): Attributes {
  const attributes = tokenAttributes(tokens);
  if (costUsd !== undefined) attributes[LLM_COST_TOTAL] = roundedCost(costUsd);
  if (model) Object.assign(attributes, { [LLM_MODEL_NAME]: model, [LLM_RESPONSE_MODEL_NAME]: model });
  if (finishReasons[0] !== undefined) attributes[LLM_FINISH_REASON] = finishReasons[0];
  const said = outputAttributes(outputOf(messages));
  return Object.assign(attributes, said, wireMessageAttributes(LLM_OUTPUT_MESSAGES, messages));
}

function tokenAttributes(tokens: TokenCounts): Attributes {
  return knownCounts([
    [LLM_TOKEN_COUNT_PROMPT, tokens.prompt],
    [LLM_TOKEN_COUNT_COMPLETION, tokens.completion],
    [LLM_TOKEN_COUNT_TOTAL, tokens.total],
    [LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ, tokens.cacheRead],
    [LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE, tokens.cacheWrite],
    [LLM_TOKEN_COUNT_PROMPT_DETAILS_AUDIO, tokens.promptAudio],
    [LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING, tokens.reasoning],
    [LLM_TOKEN_COUNT_COMPLETION_DETAILS_AUDIO, tokens.completionAudio],
  ]);
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

/** As the package itself writes what it sends; what it could not send is described. */
function sentJson(value: JsonObject): string {
  try {
    return JSON.stringify(value);
  } catch {
    return describe(value);
  }
}

function known(attributes: Attributes): Attributes {
  const told: Attributes = {};
  for (const name of Object.keys(attributes)) if (attributes[name] !== undefined) told[name] = attributes[name];
  return told;
}
