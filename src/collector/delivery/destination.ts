import { createHash } from "node:crypto";
import type { Agent } from "node:http";

/** One place to which spans are sent. */
export interface Destination {
  /** The same for the same address, in every process: says in the spool who has taken what. */
  readonly id: string;
  readonly url: string;
  /** Where the address came from: an option, the name of a variable, or "default". */
  readonly source: string;
  /** Asked at every request: a key may change while the program runs. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly compression: "gzip" | "none";
  /** Milliseconds within which a request is answered; where absent, it depends on the size. */
  readonly timeoutMs: number | undefined;
  /** Keeps connections open. */
  readonly agent: Agent;
  readonly proxy: URL | undefined;
}

/** Gives the id of an address. */
export function destinationId(url: string): string {
  return createHash("sha256").update(url).digest("hex").slice(0, 16);
}
