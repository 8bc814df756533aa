import { ConfigurationError } from "../errors.ts";
import type { AssistantMessage } from "../models/message.ts";
import type { GenerateRequest, ModelOutput } from "../models/model.ts";
import type { Usage } from "../models/usage.ts";
import type { RecordedCall, RecordedError } from "./recorded-call.ts";
import { type AttributeTree, isTree, itemsAt, jsonAt, numberAt, textAt } from "./trace-attributes.ts";
import { REDACTED } from "./trace-likeness.ts";
import { nameTools, readMessage, readTools } from "./trace-messages.ts";
import type { TraceSpan } from "./trace-span.ts";
import { wholeMessages } from "./trace-whole.ts";

/**
 * Rebuilds the model calls of a trace from its LLM spans, in the order of their start.
 *
 * Errors: ConfigurationError when there is none, or a call cannot be rebuilt because masks or limits took a part of it.
 */
export function callsOf(spans: readonly TraceSpan[]): RecordedCall[] {
  const llmSpans = spans.filter(({ kind }) => kind === "LLM");
  const ids = new Set(llmSpans.map(({ spanId }) => spanId));
  // An LLM span right below another tells of the same call: that of a client's own instrumentor.
  const calls = llmSpans.filter(({ parentId }) => parentId === undefined || !ids.has(parentId)).filter(hasMessages);
  if (calls.length === 0) throw new ConfigurationError(noCalls(spans, llmSpans));
  const messages = wholeMessages(calls);
  return calls.map((span) => {
    const { attributes, failure } = span;
    const asked = {
      modelId: textAt(attributes, "llm.model_name") ?? "unknown",
      request: requestOf(attributes, nameTools(messages(span))),
    };
    return failure ? { ...asked, error: errorOf(attributes, failure) } : { ...asked, output: outputOf(span) };
  });
}

function hasMessages({ attributes }: TraceSpan): boolean {
  return ["llm.input_messages", "llm.output_messages"].some((path) => itemsAt(attributes, path).size > 0);
}

function noCalls(spans: readonly TraceSpan[], llmSpans: readonly TraceSpan[]): string {
  if (llmSpans.length > 0) {
    return `The ${llmSpans.length} LLM spans of the trace hold no messages: masks have hidden them. Only a trace that was made without can be run again.`;
  }
  return `There is no LLM span among the ${spans.length} spans of the trace, so there is no model call to run again.`;
}

function requestOf(attributes: AttributeTree, messages: GenerateRequest["messages"]): GenerateRequest {
  const sent = jsonAt(attributes, "llm.invocation_parameters");
  const { model: _model, stop, tool_choice, response_format, ...parameters } = isTree(sent) ? sent : {};
  const tools = readTools(attributes);
  const toolChoice = toolChoiceOf(tool_choice);
  const responseFormat = responseFormatOf(response_format);
  // Tools that code calls are described in the prompt; whoever offers them by the API says how they may be chosen.
  const isOffered = toolChoice !== undefined || hasToolCalls(attributes);
  return {
    messages,
    ...(tools.length > 0 ? { [isOffered ? "tools" : "promptTools"]: tools } : {}),
    ...(toolChoice ? { toolChoice } : {}),
    ...(Array.isArray(stop) ? { stopSequences: stop.map(String) } : {}),
    ...(responseFormat ? { responseFormat } : {}),
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  };
}

function toolChoiceOf(choice: unknown): GenerateRequest["toolChoice"] {
  return choice === "auto" || choice === "required" || choice === "none" ? choice : undefined;
}

/** As a request has it, or as Chat Completions takes it. */
function responseFormatOf(format: unknown): GenerateRequest["responseFormat"] {
  if (!isTree(format)) return undefined;
  const { name, schema } = isTree(format["json_schema"]) ? format["json_schema"] : format;
  return typeof name === "string" && isTree(schema) ? { name, schema } : undefined;
}

function hasToolCalls(attributes: AttributeTree): boolean {
  return [...itemsAt(attributes, "llm.output_messages").values()].some(
    (item) => itemsAt(item, "message.tool_calls").size > 0,
  );
}

function errorOf(attributes: AttributeTree, failure: RecordedError): RecordedError {
  const status = numberAt(attributes, "http.response.status_code");
  return { ...failure, ...(status === undefined ? {} : { status }) };
}

function outputOf(span: TraceSpan): ModelOutput {
  const { attributes, name } = span;
  const [item] = itemsAt(attributes, "llm.output_messages").values();
  const message = item && readMessage(item);
  if (message?.role !== "assistant" || isHidden(message)) {
    throw new ConfigurationError(
      `The answer of "${name}" (span ${span.spanId ?? "without an id"}) is not in the trace: masks have hidden it. Only a trace that holds what the model said can be run again.`,
    );
  }
  const usage = usageOf(attributes);
  const finishReason = textAt(attributes, "llm.finish_reason");
  const modelId = textAt(attributes, "llm.response.model_name");
  return {
    message,
    ...(usage ? { usage } : {}),
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(modelId === undefined ? {} : { modelId }),
  };
}

function isHidden({ content, toolCalls }: AssistantMessage): boolean {
  return content === REDACTED || toolCalls.some((call) => call.arguments === REDACTED || call.name === REDACTED);
}

function usageOf(attributes: AttributeTree): Usage | undefined {
  const count = (name: string): number | undefined => numberAt(attributes, `llm.token_count.${name}`);
  const [inputTokens, outputTokens] = [count("prompt"), count("completion")];
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const parts: readonly (readonly [name: keyof Usage, count: number | undefined])[] = [
    ["cachedTokens", count("prompt_details.cache_read")],
    ["cacheWriteTokens", count("prompt_details.cache_write")],
    ["reasoningTokens", count("completion_details.reasoning")],
    ["audioInputTokens", count("prompt_details.audio")],
    ["audioOutputTokens", count("completion_details.audio")],
    ["costUsd", numberAt(attributes, "llm.cost.total")],
  ];
  return {
    inputTokens,
    outputTokens,
    totalTokens: count("total") ?? inputTokens + outputTokens,
    ...Object.fromEntries(parts.filter(([, known]) => known !== undefined)),
  };
}
