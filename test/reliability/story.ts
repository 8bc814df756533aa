import type { Scenario } from "./scenarios.ts";

/** What people may be told, a word for each sentence. */
const SENTENCES: readonly (readonly [word: string, sentence: RegExp])[] = [
  ["fails", /^http:\S+\/v1\/traces does not take spans \(.+\)\. Waiting in \/\S+ until it does: [\d,]+ spans?\.$/],
  ["recovers", /^http:\S+\/v1\/traces takes spans again, after \d+ s\.$/],
  ["refuses", /^http:\S+\/v1\/traces refuses a span: .+\. It lies in \/\S+\/rejected\/[0-9a-f]{32}-[0-9a-f]{16}\.$/],
  ["leaves out", /^http:\S+\/v1\/traces left out \d+ spans? of a batch: they are not liked\.$/],
  ["keeps", /^Not sent yet, and kept in \/\S+: [\d,]+ spans?\. The next start sends them, or vitrine deliver\.$/],
];

/** Writes what was said on stderr as words, in its order; a line that people do not have to read stays as it is. */
export function storyOf(said: readonly string[]): string {
  return said
    .map((line) => line.replace("vitrine: ", ""))
    .map((line) => SENTENCES.find(([, sentence]) => sentence.test(line))?.[0] ?? line)
    .join(", ");
}

/**
 * Gives the stories that a scenario may have.
 *
 * A shutdown has two seconds: whether they are enough depends on the machine, that it says what is left does not.
 */
export function storiesOf({ ending, fault }: Scenario): readonly string[] {
  const isBounded = ending === "shutdown" || ending === "SIGTERM, and a handler that shuts down";
  switch (fault?.kind) {
    case undefined:
      return isBounded ? ["", "keeps"] : [""];
    case "down":
    case "status":
    case "reset":
      if (fault.kind === "down" && fault.until === Infinity) return ["fails, keeps"];
      return isBounded ? ["fails, recovers", "fails, keeps", "fails, recovers, keeps"] : ["fails, recovers"];
    case "hang":
      return ["keeps"];
    case "refuses the huge":
      return ["refuses", "keeps", "refuses, keeps"];
    case "leaves out":
      return ["leaves out", "keeps", "leaves out, keeps"];
  }
}

/** Gives the reason that the first failure of a scenario has. */
export function reasonOf({ fault }: Scenario): RegExp {
  if (fault?.kind === "status") return new RegExp(`\\(${fault.status}\\)`);
  return fault?.kind === "down" ? /\(connect ECONNREFUSED / : /\((socket hang up|.*ECONNRESET.*)\)/;
}
