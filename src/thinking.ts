const OPENING = "<think>";
const CLOSING = "</think>";
/** Each is looked at with all that is around it. */
const MAX_TAGS = 50;

/**
 * Takes off what a model thought before it spoke: `<think>…</think>` at the front, or all up to a `</think>` whose opening tag a server has cut off.
 *
 * Thinking that never ends is all there is. A tag that is quoted, or in code that is open there, belongs to what the model wrote.
 */
export function withoutThinking(text: string): string {
  let rest = text;
  for (let count = 0; count < MAX_TAGS; count++) {
    const end = rest.trimStart().startsWith(OPENING) ? endOfOpened(rest) : endOfUnopened(rest);
    if (end === undefined) return rest;
    rest = rest.slice(end);
  }
  return rest;
}

function endOfOpened(text: string): number {
  const ends = closingsOf(text);
  const end = ends.find((at) => !isQuoted(text, at)) ?? ends[0];
  return end === undefined ? text.length : end + CLOSING.length;
}

function endOfUnopened(text: string): number | undefined {
  const end = closingsOf(text).find((at) => !isInCode(text, at) && !isQuoted(text, at));
  if (end === undefined) return undefined;
  const opening = text.lastIndexOf(OPENING, end);
  // Code that came before the thinking is no thinking.
  return opening >= 0 && /<code|```|\{/.test(text.slice(0, opening)) ? undefined : end + CLOSING.length;
}

function closingsOf(text: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(CLOSING); at >= 0 && found.length < MAX_TAGS; at = text.indexOf(CLOSING, at + 1)) {
    found.push(at);
  }
  return found;
}

/** Whether a tag or a fence is open there. One that opens anew behind it was only spoken of before. */
function isInCode(text: string, at: number): boolean {
  const [before, after] = [text.slice(0, at), text.slice(at)];
  const inTag = before.lastIndexOf("<code") > before.lastIndexOf("</code") && !upToTagEnd(after).includes("<code");
  const fencesAfter = fencesIn(after);
  return inTag || (fencesIn(before) % 2 === 1 && (fencesAfter === 0 || fencesAfter % 2 === 1));
}

function upToTagEnd(text: string): string {
  const end = text.indexOf("</code");
  return end < 0 ? text : text.slice(0, end);
}

function fencesIn(text: string): number {
  return text.split("```").length - 1;
}

/** Whether a quotation is open there, and closed behind. Only backticks go over lines; an apostrophe in a word opens nothing. */
function isQuoted(text: string, at: number): boolean {
  let quote = "";
  for (let index = 0; index < at; index++) {
    const character = text.charAt(index);
    if (character === "\\") index++;
    else if (quote === "") quote = /["'`]/.test(character) && !isApostrophe(text, index) ? character : "";
    else if (character === quote || (character === "\n" && quote !== "`")) quote = "";
  }
  const after = text.slice(at);
  return quote !== "" && (quote === "`" ? after : (after.split("\n")[0] ?? "")).includes(quote);
}

function isApostrophe(text: string, index: number): boolean {
  return text[index] === "'" && /\w/.test(text.charAt(index - 1));
}
