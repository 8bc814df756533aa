/** Draws a frame of one column around lines, so that they are not overlooked at the end of a log. */
export function box(lines: readonly string[], width = 100): string {
  const wrapped = lines.flatMap((line) => wrap(line, width - 4));
  const edge = "═".repeat(width - 2);
  const rows = wrapped.map((line) => `║ ${line.padEnd(width - 4)} ║`);
  return [`╔${edge}╗`, ...rows, `╚${edge}╝`, ""].join("\n");
}

/** Breaks at spaces; a longer word is cut. Continued lines stand two further in. */
function wrap(line: string, width: number): string[] {
  const indent = " ".repeat(line.length - line.trimStart().length + 2);
  const rows: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const cut = space > indent.length ? space : width;
    rows.push(rest.slice(0, cut));
    rest = indent + rest.slice(cut).trimStart();
  }
  return [...rows, rest];
}
