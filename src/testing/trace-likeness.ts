/** Is what masks put in the place of what they hide. Source: the configuration of OpenInference. */
export const REDACTED = "__REDACTED__";

/** Is what is put in the place of a message that a trace does not hold. */
export const LEFT_OUT = "[This message is not in the trace.]";

/** Stands where a limit has cut a text; half a character may be lost on both sides. */
const GAP =
  /__REDACTED__|\[\d+ characters of data were left out here\]|\uFFFD?\n?… \[\d+ characters were cut out here\] …\n?\uFFFD?/;

/** Says whether a text can be the one that a recorded text was before masks and limits took parts of it. */
export function isLike(recorded: string, text: string): boolean {
  const [first = "", ...others] = recorded.split(GAP);
  const last = others.pop();
  if (last === undefined) return recorded === text;
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const part of others) {
    const found = text.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}
