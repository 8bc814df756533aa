import { z } from "zod";
import { truncateMiddle } from "../describe.ts";
import { fetchPage } from "./fetch-page.ts";

interface WikipediaSource {
  /** An `api.php`. */
  readonly endpoint: string;
  readonly userAgent?: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

interface ReadOptions extends WikipediaSource {
  readonly maxResults: number;
  readonly contentType: "summary" | "text";
  readonly maxLength: number;
}

/**
 * Finds the pages that fit a query best, and gives them as plain text.
 *
 * Errors, for the model to read: nothing found; what the API complains of; no answer.
 */
export async function readWikipedia(query: string, options: ReadOptions): Promise<string> {
  const { maxResults, contentType, maxLength } = options;
  const found = await ask({ list: "search", srsearch: query, srlimit: String(maxResults) }, options);
  const ids = found.search.map(({ pageid }) => pageid);
  if (ids.length === 0) throw new Error(nothingFound(query, found.searchinfo?.suggestion));
  // The API gives many summaries at once, but one whole text.
  const requests = contentType === "summary" ? [ids] : ids.map((id) => [id]);
  const extent = contentType === "summary" ? { exintro: "1", exlimit: "max" } : { exlimit: "1" };
  const answers = await Promise.all(
    requests.map(async (part) =>
      ask({ prop: "extracts|info", inprop: "url", explaintext: "1", ...extent, pageids: part.join("|") }, options),
    ),
  );
  const pages = new Map(answers.flatMap((each) => each.pages.map((part) => [part.pageid, part])));
  return ids.flatMap((id) => describePage(pages.get(id), maxLength)).join("\n\n");
}

type Page = z.infer<typeof page>;

const page = z.object({ pageid: z.number(), title: z.string(), fullurl: z.string(), extract: z.string().default("") });
const answer = z.object({
  error: z.object({ code: z.string(), info: z.string() }).optional(),
  query: z
    .object({
      searchinfo: z.object({ suggestion: z.string().optional() }).optional(),
      search: z.array(z.object({ pageid: z.number() })).default([]),
      pages: z.array(page).default([]),
    })
    .optional(),
});

async function ask(
  parameters: Readonly<Record<string, string>>,
  { endpoint, userAgent = "vitrine (agents for Node.js)", timeoutMs, signal }: WikipediaSource,
) {
  const address = new URL(endpoint);
  const all = { action: "query", format: "json", formatversion: "2", ...parameters };
  for (const [name, value] of Object.entries(all)) address.searchParams.set(name, value);
  const headers = { "user-agent": userAgent, accept: "application/json" };
  const { text } = await fetchPage(address.href, { signal, timeoutMs, headers });
  const { error, query } = readAnswer(text, address);
  // The API complains with the status 200.
  if (error) throw new Error(`${address.host} refuses the search (${error.code}): ${error.info}`);
  if (!query) throw new Error(`${address.host} answered with what is no result of a search.`);
  return query;
}

function readAnswer(text: string, { host }: URL): z.infer<typeof answer> {
  try {
    return answer.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${host} answered with what is no result of a search.`, { cause });
  }
}

function describePage(found: Page | undefined, maxLength: number): string[] {
  if (!found) return [];
  const { title, fullurl, extract } = found;
  return [`## [${title}](${fullurl})\n${truncateMiddle(extract.trim(), maxLength)}`];
}

function nothingFound(query: string, suggestion: string | undefined): string {
  const hint = suggestion === undefined ? "Try fewer or more common words." : `Did you mean "${suggestion}"?`;
  return `No page found about "${query}". ${hint}`;
}
