import { ParsingError } from "../errors.ts";
import { withoutThinking } from "../thinking.ts";
import { readCode } from "./prepare-code.ts";

/**
 * Finds the code in what a model wrote: what stands in `<code>` tags, else in JavaScript fences, else the whole text if it is code. Thinking is left out.
 *
 * Several pieces are joined by a blank line. The last one may be open: a stop sequence cuts its end off.
 * Errors: ParsingError, which shows the model the form that is wanted.
 * Source: smolagents utils.py, parse_code_blobs.
 */
export function extractCode(text: string): string {
  const spoken = withoutThinking(text.replaceAll("\r\n", "\n"));
  const tagged = piecesOf(spoken, TAGGED);
  const meant = tagged.filter((piece) => !isMention(piece));
  const bare = piecesOf(spoken, FENCED_WITHOUT_NAME).filter(looksLikeCode);
  const pieces = [meant, piecesOf(spoken, FENCED), bare, tagged].find(({ length }) => length > 0);
  if (pieces) return pieces.join("\n\n");
  if (looksLikeCode(spoken)) return spoken.trim();
  const answerHint = /final.?answer/i.test(spoken) ? ' Also your final answer is given by code: finalAnswer("…").' : "";
  throw new ParsingError(`No code was found in what you wrote.${answerHint} ${WANTED_FORM}`, { text });
}

// A tag that has a line to itself is meant, and its code may speak of tags; another may be one that prose speaks of, before the real one.
const TAG_ALONE = String.raw`(?<=^|\n)[ \t]*<code>?[ \t]*\n((?:(?!\n[ \t]*<code>).)*?)`;
const TAG_IN_LINE = String.raw`<code(?:>|(?=\n))((?:(?!<code[>\n]).)*?)`;
// A tag may lack its last letters, where a server cut it.
const TAG_END = String.raw`</code(?:>|(?=\s))|<end_code>|</?c?o?d?e?$|$`;
const TAGGED = new RegExp(`(?:${TAG_ALONE}|${TAG_IN_LINE})(?:${TAG_END})`, "gs");
const FENCED = /```(?:js|mjs|jsx|javascript|ts|tsx|typescript)(?=\s)(.*?)(?:```|<end_code>|\n[ \t]*<\/code>?|$)/gis;
const FENCED_WITHOUT_NAME = /```[ \t]*\n(.*?)(?:```|<end_code>|\n[ \t]*<\/code>?|$)/gs;
const FENCE_LINES = /^```\w*[ \t]*\n|\n?```\s*$/g;

const WANTED_FORM = `Say in a sentence what you are going to do, then write JavaScript between <code> and </code>, for instance:
Thought: I will compute the answer.
<code>
const answer = 1 + 1;
finalAnswer(answer);
</code>`;

function piecesOf(text: string, form: RegExp): string[] {
  return [...text.matchAll(form)]
    .map(([, first, second]) => (first ?? second ?? "").trim().replaceAll(FENCE_LINES, "").trim())
    .filter((piece) => piece !== "");
}

/** What stands between tags that prose speaks of, "between <code> and </code>", or behind one, with the code in a fence below. */
function isMention(piece: string): boolean {
  if (piece.includes("```")) return !readCode(piece);
  return !/[\n;(){}=]/.test(piece) && (!readCode(piece) || BETWEEN_WORDS.test(piece));
}

const BETWEEN_WORDS = /^\W*(?:and|or|to|then|through)\W*$/i;

/** A word or a sentence can be an expression too; code does something. */
function looksLikeCode(text: string): boolean {
  return doesSomething(readCode(text));
}

const DOING = /^(CallExpression|NewExpression|AssignmentExpression|UpdateExpression|\w+Declaration)$/;

function doesSomething(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("type" in node && typeof node.type === "string" && DOING.test(node.type)) return true;
  return Object.values(node).some(doesSomething);
}
