import { Pace } from "../pace.ts";
import type { SearchResult } from "./duck-duck-go.ts";
import { TEXT, textArguments } from "./plain-schema.ts";
import { type Tool, tool } from "./tool.ts";

/** Says where to search, and how much to give. */
export interface WebSearchOptions {
  readonly maxResults?: number;
  /** A page that answers `?q=` in the HTML of DuckDuckGo. */
  readonly endpoint?: string;
  readonly timeoutMs?: number;
  /** The least time between the beginnings of two searches: DuckDuckGo turns away who asks faster. */
  readonly intervalMs?: number;
  /** Sent along, e.g. a `user-agent` of your own. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Gives models a tool that searches the web, `web_search`, by the HTML page of DuckDuckGo: no key, no account.
 *
 * Errors, for the model to read: nothing found; a challenge for bots in the place of results; a page that is no list of results.
 * Source: smolagents default_tools.py, DuckDuckGoSearchTool.
 */
export function webSearch({
  maxResults = 10,
  endpoint = "https://html.duckduckgo.com/html/",
  timeoutMs = 20_000,
  intervalMs = 1_000,
  headers,
}: WebSearchOptions = {}): Tool {
  const pace = new Pace(intervalMs);
  return tool({
    name: "web_search",
    description: "Searches the web for the query, and gives the top results: title, address and a few words of each.",
    inputSchema: textArguments({ query: "What to search for." }),
    outputSchema: TEXT,
    async execute({ query }, { signal }) {
      const { searchDuckDuckGo } = await import("./duck-duck-go.ts");
      await pace.untilFree(signal);
      const results = await searchDuckDuckGo(query, { endpoint, signal, timeoutMs, headers });
      return ["## Search Results", ...results.slice(0, maxResults).map(describeResult)].join("\n\n");
    },
  });
}

function describeResult({ title, href, body }: SearchResult): string {
  return `[${title}](${href})\n${body}`;
}
