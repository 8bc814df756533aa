import type { GenerateRequest, ModelOutput } from "../models/model.ts";
import { isTree } from "./trace-attributes.ts";

/** A failure of a model call, as data: `type` is the name of the error's class, `status` that of the HTTP answer. */
export interface RecordedError {
  readonly type: string;
  readonly message: string;
  readonly status?: number;
}

interface Asked {
  readonly modelId: string;
  readonly request: GenerateRequest;
}

/** One call of a model: what it was asked, and what it answered or how it failed. */
export type RecordedCall = Asked &
  (
    | { readonly output: ModelOutput; readonly error?: undefined }
    | { readonly error: RecordedError; readonly output?: undefined }
  );

/** Says whether data has the shape of a recorded call, so far as a replay needs it. */
export function isRecordedCall(value: unknown): value is RecordedCall {
  if (!isTree(value) || typeof value["modelId"] !== "string" || !isRequest(value["request"])) return false;
  const { output, error } = value;
  if (error !== undefined) return isTree(error) && typeof error["message"] === "string";
  return isTree(output) && isMessage(output["message"]) && isTree(output["message"]) && isAnswer(output["message"]);
}

function isRequest(request: unknown): boolean {
  if (!isTree(request) || !Array.isArray(request["messages"])) return false;
  const { messages, tools = [], promptTools = [] } = request;
  return Array.isArray(messages) && messages.every(isMessage) && [tools, promptTools].every(isListOfNamed);
}

function isMessage(message: unknown): boolean {
  if (!isTree(message)) return false;
  const { role, content } = message;
  if (role === "assistant") return isAnswer(message);
  const isKnown = role === "system" || role === "user" || role === "tool";
  return isKnown && (typeof content === "string" || (Array.isArray(content) && content.every(isTree)));
}

function isAnswer({ content, toolCalls }: { readonly [key: string]: unknown }): boolean {
  return typeof content === "string" && isListOfNamed(toolCalls);
}

function isListOfNamed(list: unknown): boolean {
  return Array.isArray(list) && list.every((item: unknown) => isTree(item) && typeof item["name"] === "string");
}
