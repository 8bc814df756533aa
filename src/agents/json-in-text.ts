import { withoutThinking } from "../thinking.ts";

/** Finds the JSON value in what a model wrote: the whole text, or the first object in it, or else the first list, in a fence or not. Thinking is left out; undefined if there is none. */
export function jsonInText(text: string): unknown {
  const said = withoutThinking(text).trim();
  const whole = parsed(said);
  if (whole !== undefined) return whole;
  const values = jsonPieces(said)
    .map(parsed)
    .filter((value) => value !== undefined);
  return values.find(isObject) ?? values[0];
}

/** Finds the pieces of a text that begin as JSON objects and lists do, up to the bracket that closes them; an object that none closes goes on to the end. They need not be valid. */
export function jsonPieces(text: string): string[] {
  const pieces: string[] = [];
  const beginning = /\{\s*["}]|\[\s*(?:["[{\]\d-]|true|false|null)/g;
  let patience = MAX_OPEN_LISTS;
  for (let found = beginning.exec(text); found && patience > 0; found = beginning.exec(text)) {
    const end = endOfValue(text, found.index);
    // An interval, [0, 1), is no list.
    if (end === undefined && found[0].startsWith("[")) {
      patience--;
      beginning.lastIndex = found.index + 1;
    } else {
      pieces.push(text.slice(found.index, end));
      beginning.lastIndex = end ?? text.length;
    }
  }
  return pieces;
}

/** Each is looked for to the end of the text. */
const MAX_OPEN_LISTS = 100;

function endOfValue(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  const tokens = /\\[^]|["[\]{}]/g;
  tokens.lastIndex = start;
  for (let token = tokens.exec(text)?.[0]; token !== undefined; token = tokens.exec(text)?.[0]) {
    if (token === '"') inString = !inString;
    else if (!inString && !token.startsWith("\\")) depth += token === "{" || token === "[" ? 1 : -1;
    if (depth === 0) return tokens.lastIndex;
  }
  return undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
