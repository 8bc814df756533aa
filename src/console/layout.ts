import { stripVTControlCharacters, type styleText } from "node:util";

/** What `styleText` takes: "red", or several at once. */
export type Style = Parameters<typeof styleText>[0];

/** Holds how texts come to be seen. */
export interface Layout {
  /** In columns. Infinite where no terminal breaks lines: whoever reads a file searches it by whole lines. */
  readonly width: number;
  /** Adds colours, or nothing. */
  readonly style: (format: Style, text: string) => string;
}

const MAX_RULE_WIDTH = 100;

/** Draws a line with a title in it. `start` is how it begins; it goes on with the last character of that. */
export function rule(
  title: string,
  { width, start = "──" }: { readonly width: number; readonly start?: string },
): string {
  return `${start} ${plain(title)} `.padEnd(Math.min(width, MAX_RULE_WIDTH), start.slice(-1));
}

/** Makes text from elsewhere fit: no escape codes of its own, which could drive the terminal, and no line longer than the width. */
export function fit(text: string, { width }: Pick<Layout, "width">): string {
  return plain(text)
    .split("\n")
    .flatMap((line) => (line.length <= width ? line : wrap(line, width)))
    .join("\n");
}

/** Takes all control characters out, but for the ends of lines and tabs. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[^\P{Cc}\n\t]/gu, "");
}

/** Breaks a line at its spaces; a word that is too long is left whole. */
export function wrap(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (longer.length > width && current !== "") lines.push(current);
    current = longer.length > width ? word : longer;
  }
  return [...lines, current];
}
