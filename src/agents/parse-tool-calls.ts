import { ParsingError } from "../errors.ts";
import type { ToolCall } from "../models/message.ts";

/**
 * Finds tool calls that a model without tool calling wrote as text: `{"name": …, "arguments": …}`, alone, in a fence or in `<tool_call>` tags. Thinking is left out.
 *
 * Ids are empty: text has none.
 * Errors: ParsingError that says what is wanted.
 * Source: smolagents models.py, parse_tool_calls.
 */
export function parseToolCalls(text: string): ToolCall[] {
  const said = text.replaceAll(/<think>[\s\S]*?(<\/think>|$)/g, "");
  const tagged = [...said.matchAll(/<tool_call>([\s\S]*?)(?:<\/tool_call>|$)/g)].map(([, inside = ""]) => inside);
  return (tagged.length > 0 ? tagged : [said]).flatMap((part) => callsIn(part, text));
}

function callsIn(part: string, text: string): ToolCall[] {
  const json = /\[\s*\{[\s\S]*\}\s*\]|\{[\s\S]*\}/.exec(part)?.[0];
  if (json === undefined) throw new ParsingError(`No tool call was found in your answer. ${WANTED}`, { text });
  const parsed = parseJson(json, text);
  return (Array.isArray(parsed) ? parsed : [parsed]).map((call) => toToolCall(call, text));
}

function parseJson(json: string, text: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    const { message } = cause instanceof Error ? cause : { message: String(cause) };
    throw new ParsingError(`The tool call in your answer is not valid JSON: ${message}. ${WANTED}`, { text, cause });
  }
}

function toToolCall(call: unknown, text: string): ToolCall {
  if (typeof call !== "object" || call === null || !("name" in call) || typeof call.name !== "string") {
    throw new ParsingError(`The JSON in your answer names no tool. ${WANTED}`, { text });
  }
  const given = "arguments" in call ? call.arguments : {};
  return { id: "", name: call.name, arguments: typeof given === "string" ? jsonOrText(given) : given };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const WANTED =
  'Call a tool, or write the call as JSON: {"name": "<tool>", "arguments": {…}}. When you are done, call "final_answer" with {"answer": …}.';
