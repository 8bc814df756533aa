/** Replaces a part of a text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Puts a text at a position. */
export function insertion(position: number, text: string): Edit {
  return { start: position, end: position, text };
}

/** Makes edits that do not overlap and come in order. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  return edits.reduceRight(
    (text, { start, end, text: insert }) => text.slice(0, start) + insert + text.slice(end),
    source,
  );
}
