import { ParsingError } from "../errors.ts";
import { extractCode } from "../executors/extract-code.ts";
import { isCutOff } from "../models/finish-reason.ts";
import type { ModelOutput, ResponseFormat } from "../models/model.ts";
import { withoutThinking } from "../thinking.ts";
import { jsonPieces } from "./json-in-text.ts";

const CLOSING_TAG = "</code>";
const HALF_TAG = /<(?:\/(?:c(?:o(?:de?)?)?)?)?\s*$/;

/** Asks for an answer that is JSON, for models that keep to a schema better than to tags. Source: smolagents agents.py, CODEAGENT_RESPONSE_FORMAT. */
export const THOUGHT_AND_CODE: ResponseFormat = {
  name: "thought_and_code",
  schema: {
    type: "object",
    properties: {
      thought: { type: "string", description: "What you are going to do, and why." },
      code: { type: "string", description: "The JavaScript that does it." },
    },
    required: ["thought", "code"],
    additionalProperties: false,
  },
};

/** Adds the closing tag, or what is missing of it: a server that stops there cuts it off, and memory shows the model whole examples of its own. */
export function withClosingTag(text: string): string {
  return isOpen(withoutThinking(text)) ? text.replace(HALF_TAG, "") + CLOSING_TAG : text;
}

/**
 * Finds the code in what a model answered.
 *
 * Errors: ParsingError that says what is wanted; or that the answer was cut off by its length limit, so that its code is not whole.
 */
export function codeInAnswer({ message, finishReason }: ModelOutput, { isJson }: { readonly isJson: boolean }): string {
  const { content: text } = message;
  if (!isCutOff(finishReason)) return isJson ? codeInJson(text) : extractCode(withClosingTag(text));
  if (isJson ? readCode(text) !== undefined : isWhole(text)) {
    return isJson ? codeInJson(text) : extractCode(text);
  }
  throw new ParsingError(
    "Your answer was cut off by its length limit before its code was complete, so nothing was run. Say less before the code, and do less in one step.",
    { text },
  );
}

/** Whether all code that was begun has its end. */
function isWhole(answer: string): boolean {
  const text = withoutThinking(answer);
  if (text.includes("<code>")) return !isOpen(text);
  const fences = text.split("```").length - 1;
  return fences > 0 && fences % 2 === 0;
}

function isOpen(text: string): boolean {
  return text.includes("<code>") && text.lastIndexOf("<code>") > text.lastIndexOf(CLOSING_TAG);
}

function codeInJson(text: string): string {
  const code = readCode(text);
  if (code !== undefined) return code;
  throw new ParsingError(
    'Your answer is not the JSON that is wanted. Answer with one object, and nothing else: {"thought": "what you are going to do", "code": "the JavaScript that does it"}.',
    { text },
  );
}

function readCode(text: string): string | undefined {
  return jsonPieces(withoutThinking(text))
    .map(codeOf)
    .find((code) => code !== undefined);
}

function codeOf(json: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(json);
    if (typeof answer !== "object" || answer === null || !("thought" in answer) || !("code" in answer))
      return undefined;
    return typeof answer.thought === "string" && typeof answer.code === "string" ? answer.code : undefined;
  } catch {
    return undefined;
  }
}
