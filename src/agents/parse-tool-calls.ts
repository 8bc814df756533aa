import { ParsingError } from "../errors.ts";
import type { ToolCall } from "../models/message.ts";
import { withoutThinking } from "../thinking.ts";
import { jsonPieces } from "./json-in-text.ts";

/**
 * Finds tool calls that a model without tool calling wrote as text: `{"name": …, "arguments": …}`, alone or among words, in fences or in `<tool_call>` tags. Thinking is left out.
 *
 * The arguments may also be called parameters, input or args, and the call may stand in a `function` as in OpenAI's API. Ids are empty: text has none.
 * Errors: ParsingError that says what is wanted; also if one of several calls cannot be read.
 * Source: smolagents models.py, parse_tool_calls.
 */
export function parseToolCalls(text: string): ToolCall[] {
  const said = withoutThinking(text);
  const tagged = [...said.matchAll(/<tool_call>([\s\S]*?)(?:<\/tool_call>|$)/g)].map(([, inside = ""]) => inside);
  return (tagged.length > 0 ? tagged : [said]).flatMap((part) => callsIn(part, text));
}

function callsIn(part: string, text: string): ToolCall[] {
  const values = jsonPieces(part).flatMap((json) => parsePiece(json, text));
  const named = values.flatMap(readCall);
  const calls = named.some(({ isWhole }) => isWhole) ? named.filter(({ isWhole }) => isWhole) : named;
  if (calls.length > 0) return calls.map(({ call }) => call);
  const fault = values.length > 0 ? "The JSON in your answer names no tool" : "No tool call was found in your answer";
  throw new ParsingError(`${fault}. ${WANTED}`, { text });
}

/** Other data than calls may be broken: the model may quote anything. */
function parsePiece(json: string, text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : [value];
  } catch (cause) {
    if (!/"name"\s*:/.test(json)) return [];
    const { message } = cause instanceof Error ? cause : { message: String(cause) };
    throw new ParsingError(
      `The tool call in your answer is not valid JSON, so nothing was run: ${message}. ${WANTED}`,
      { text, cause },
    );
  }
}

/** A call that is whole has arguments, or nothing but a name; data may have a name, too. */
interface NamedCall {
  readonly call: ToolCall;
  readonly isWhole: boolean;
}

function readCall(value: unknown): NamedCall[] {
  if (typeof value !== "object" || value === null) return [];
  if ("function" in value && !("name" in value)) return readCall(value.function);
  if (!("name" in value) || typeof value.name !== "string") return [];
  const key = ARGUMENT_KEYS.find((name) => Object.hasOwn(value, name));
  const given: unknown = key === undefined ? {} : Reflect.get(value, key);
  const input: unknown = typeof given === "string" ? jsonOrText(given) : (given ?? {});
  const isWhole = key !== undefined || Object.keys(value).length === 1;
  return [{ call: { id: "", name: value.name, arguments: input }, isWhole }];
}

const ARGUMENT_KEYS = ["arguments", "parameters", "input", "args"];

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const WANTED =
  'Call a tool, or write the call as JSON: {"name": "<tool>", "arguments": {…}}. When you are done, call "final_answer" with {"answer": …}.';
