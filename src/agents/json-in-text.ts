/** Finds the JSON value in what a model wrote: the whole text, or the first object or list in it, in a fence or not. Thinking is left out; undefined if there is none. */
export function jsonInText(text: string): unknown {
  const said = text.replaceAll(/<think>[\s\S]*?(<\/think>|$)/g, "").trim();
  for (const part of [said, /\{[\s\S]*\}/.exec(said)?.[0], /\[[\s\S]*\]/.exec(said)?.[0]]) {
    try {
      if (part !== undefined) return JSON.parse(part);
    } catch {
      // The next one, then.
    }
  }
  return undefined;
}
