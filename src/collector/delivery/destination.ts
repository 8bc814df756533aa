import { createHash } from "node:crypto";
import type { Agent } from "node:http";

/** One place to which spans are sent. */
export interface Destination {
  /** The same for the same address, in every process: says in the spool who has taken what. */
  readonly id: string;
  /** The address as people read it. */
  readonly url: string;
  /** The address itself: a key may stand in its query, so it is shown to nobody. */
  readonly address: URL;
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

/** OpenTelemetry's word for what stood in an address and is not shown. */
const MASK = "REDACTED";

/** Gives the id of an address. */
export function destinationId(url: string): string {
  return createHash("sha256").update(url).digest("hex").slice(0, 16);
}

/** Writes an address for people: the values in its query are masked, as one of them may be a key. */
export function readableUrl({ href, search }: URL): string {
  const masked = search.slice(1).replaceAll(/(^|&)([^=&]+=)?[^&]+/g, `$1$2${MASK}`);
  return search === "" ? href : href.replace(search, () => `?${masked}`);
}
