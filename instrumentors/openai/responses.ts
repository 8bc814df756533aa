import { withoutContent } from "../shared/model-content.ts";
import { filledText, isObject, type JsonObject, numberOf, objectOf, objectsOf, textOf } from "./json.ts";
import type { Gathering, ModelAnswer, ModelApi, ModelRequest, TokenCounts } from "./model-api.ts";
import { messagesOf } from "./response-items.ts";

/** Reads the Responses API. Source: https://platform.openai.com/docs/api-reference/responses */
export const RESPONSES: ModelApi = { spanName: "Responses", readRequest, gather };

function readRequest(body: unknown): ModelRequest {
  const request = objectOf(body);
  const { instructions, input } = request;
  const items = typeof input === "string" ? [{ role: "user", content: input }] : objectsOf(input);
  return {
    model: filledText(request["model"]),
    parameters: withoutContent(request),
    messages: messagesOf([...(filledText(instructions) ? [{ role: "system", content: instructions }] : []), ...items]),
    tools: objectsOf(request["tools"]).map(nestedTool),
  };
}

/** Here a function's name stands beside its type; in traces, as in Chat Completions, below it. */
function nestedTool(tool: JsonObject): JsonObject {
  const { type, ...called } = tool;
  return type === "function" ? { type, function: called } : tool;
}

/** Which field of an item of the output the deltas of a stream fill. */
const DELTA =
  /^response\.(output_text|refusal|function_call_arguments|custom_tool_call_input|reasoning_text|reasoning_summary_text)\.delta$/;

function gather(): Gathering {
  let response: JsonObject = {};
  let error: JsonObject | undefined;
  const items = new Map<number, JsonObject>();
  const texts = new Map<number, string>();
  return {
    add(piece) {
      const event = objectOf(piece);
      const { type, response: told, item, output_index: index, delta } = event;
      if (event["object"] === "response") response = event;
      if (isObject(told)) response = told;
      if (type === "error") error = event;
      if (typeof index !== "number") return;
      if (isObject(item)) items.set(index, item);
      if (type === "response.output_item.done") texts.delete(index);
      if (DELTA.test(textOf(type))) texts.set(index, (texts.get(index) ?? "") + textOf(delta));
    },
    answer() {
      const whole = objectsOf(response["output"]);
      const seen = [...items].toSorted(([left], [right]) => left - right);
      const partial = seen.map(([index, item]) => withText(item, texts.get(index)));
      return answerOf(response, whole.length > 0 ? whole : partial);
    },
    failure() {
      const failed = error ?? (response["status"] === "failed" ? objectOf(response["error"]) : undefined);
      return failed && toError(failed);
    },
  };
}

/** Puts the deltas of an item that did not come to its end where the whole text would stand. */
function withText(item: JsonObject, text: string | undefined): JsonObject {
  if (text === undefined) return item;
  switch (item["type"]) {
    case "message":
      return { ...item, content: [{ type: "output_text", text }] };
    case "reasoning":
      return { ...item, summary: [{ type: "summary_text", text }] };
    case "custom_tool_call":
      return { ...item, input: text };
    default:
      return { ...item, arguments: text };
  }
}

function answerOf(response: JsonObject, output: readonly JsonObject[]): ModelAnswer {
  const { id, model, status, incomplete_details: details, usage } = response;
  const isOver = status !== "in_progress" && status !== "queued";
  return {
    id: filledText(id),
    model: filledText(model),
    finishReasons: [filledText(objectOf(details)["reason"]) ?? (isOver ? filledText(status) : undefined)],
    tokens: tokensOf(usage),
    costUsd: numberOf(objectOf(usage)["cost"]),
    messages: messagesOf(output),
  };
}

function tokensOf(usage: unknown): TokenCounts {
  const counts = objectOf(usage);
  const input = objectOf(counts["input_tokens_details"]);
  return {
    prompt: numberOf(counts["input_tokens"]),
    completion: numberOf(counts["output_tokens"]),
    total: numberOf(counts["total_tokens"]),
    cacheRead: numberOf(input["cached_tokens"]),
    cacheWrite: numberOf(input["cache_write_tokens"]),
    reasoning: numberOf(objectOf(counts["output_tokens_details"])["reasoning_tokens"]),
  };
}

function toError({ code, message }: JsonObject): Error {
  return new ResponseError([textOf(code), textOf(message)].filter(Boolean).join(": ") || "The response failed.");
}

/** Is what an answer itself tells of: nothing is thrown. */
class ResponseError extends Error {
  override readonly name = "ResponseError";
}
