import { z } from "zod";
import { truncateMiddle } from "../describe.ts";
import { ConfigurationError } from "../errors.ts";
import { fetchPage } from "./fetch-page.ts";
import { type Tool, tool } from "./tool.ts";

/** Says which Wikipedia to search, and how much to give. */
export interface WikipediaSearchOptions {
  /** The code of a Wikipedia, as in its address: "en", "de", "zh-yue". "en" if absent. */
  readonly language?: string;
  /** 1 to 20. If absent, 3 summaries or 1 text. */
  readonly maxResults?: number;
  /** The part of a page before its first heading, or all of it. "text" if absent. */
  readonly contentType?: "summary" | "text";
  /** Longer pages lose their middle. In UTF-16 code units. */
  readonly maxLength?: number;
  /** The `api.php` of a MediaWiki that has the TextExtracts extension. */
  readonly endpoint?: string;
  /** Wikimedia asks for the name of the program, and a way to reach who runs it. */
  readonly userAgent?: string;
  readonly timeoutMs?: number;
}

/**
 * Gives models a tool that reads Wikipedia, `wikipedia_search`: the pages that fit the query best, as plain text.
 *
 * Errors, for the model to read: nothing found; what the API complains of; no answer.
 * Source: smolagents default_tools.py, WikipediaSearchTool; https://www.mediawiki.org/wiki/API:Search and Extension:TextExtracts.
 */
export function wikipediaSearch(options: WikipediaSearchOptions = {}): Tool {
  const { language = "en", contentType = "text", maxLength = 40_000 } = options;
  const { maxResults = contentType === "summary" ? 3 : 1 } = options;
  assertOptions({ language, maxResults });
  const ask = askerOf({ endpoint: `https://${language}.wikipedia.org/w/api.php`, ...options });
  return tool({
    name: "wikipedia_search",
    description: `Searches Wikipedia (${language}) and gives ${contentType === "summary" ? "the summaries" : "the text"} of the pages that fit best.`,
    inputSchema: z.object({ query: z.string().describe("The topic to look for.") }),
    outputSchema: z.string(),
    async execute({ query }, { signal }) {
      const found = await ask({ list: "search", srsearch: query, srlimit: String(maxResults) }, signal);
      const ids = found.search.map(({ pageid }) => pageid);
      if (ids.length === 0) throw new Error(nothingFound(query, found.searchinfo?.suggestion));
      // The API gives many summaries at once, but one whole text.
      const requests = contentType === "summary" ? [ids] : ids.map((id) => [id]);
      const extent = contentType === "summary" ? { exintro: "1", exlimit: "max" } : { exlimit: "1" };
      const answers = await Promise.all(
        requests.map(async (part) =>
          ask({ prop: "extracts|info", inprop: "url", explaintext: "1", ...extent, pageids: part.join("|") }, signal),
        ),
      );
      const pages = new Map(answers.flatMap((answer) => answer.pages.map((page) => [page.pageid, page])));
      return ids.flatMap((id) => describePage(pages.get(id), maxLength)).join("\n\n");
    },
  });
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

function askerOf({ endpoint, userAgent, timeoutMs }: AskOptions) {
  return async (parameters: Readonly<Record<string, string>>, signal: AbortSignal) => {
    const address = new URL(endpoint);
    const all = { action: "query", format: "json", formatversion: "2", ...parameters };
    for (const [name, value] of Object.entries(all)) address.searchParams.set(name, value);
    const { text } = await fetchPage(address.href, {
      signal,
      timeoutMs: timeoutMs ?? 20_000,
      headers: { "user-agent": userAgent ?? "vitrine (agents for Node.js)", accept: "application/json" },
    });
    const { error, query } = readAnswer(text, address);
    // The API complains with the status 200.
    if (error) throw new Error(`${address.host} refuses the search (${error.code}): ${error.info}`);
    if (!query) throw new Error(`${address.host} answered with what is no result of a search.`);
    return query;
  };
}

interface AskOptions extends Pick<WikipediaSearchOptions, "userAgent" | "timeoutMs"> {
  readonly endpoint: string;
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

function assertOptions({ language, maxResults }: { readonly language: string; readonly maxResults: number }): void {
  if (!/^[a-z][a-z-]*$/.test(language)) {
    throw new ConfigurationError(`"${language}" is no language of Wikipedia: give its code, such as "en" or "zh-yue".`);
  }
  if (Number.isInteger(maxResults) && maxResults >= 1 && maxResults <= 20) return;
  throw new ConfigurationError(`maxResults is ${maxResults}; it must be a whole number from 1 to 20.`);
}
