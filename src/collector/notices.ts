/** Tells people what they have to know: one line on stderr, whoever has set up whatever logger. */
export type Say = (sentence: string) => void;

/** Makes the function that tells; a quiet one tells nothing. */
export function createNotices({ quiet = false }: { readonly quiet?: boolean | undefined }): Say {
  if (quiet) return () => {};
  return (sentence) => {
    try {
      process.stderr.write(`vitrine: ${sentence}\n`);
    } catch {
      // Nobody reads it any more.
    }
  };
}

/** Writes a count of spans as people say it. */
export function spansInWords(count: number): string {
  return count === 1 ? "1 span" : `${count.toLocaleString("en-US")} spans`;
}
