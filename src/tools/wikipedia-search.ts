import { ConfigurationError } from "../errors.ts";
import { TEXT, textArguments } from "./plain-schema.ts";
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
  const { language = "en", contentType = "text", maxLength = 40_000, timeoutMs = 20_000 } = options;
  const { maxResults = contentType === "summary" ? 3 : 1 } = options;
  assertOptions({ language, maxResults });
  const endpoint = `https://${language}.wikipedia.org/w/api.php`;
  const source = { endpoint, ...options, contentType, maxLength, maxResults, timeoutMs };
  return tool({
    name: "wikipedia_search",
    description: `Searches Wikipedia (${language}) and gives ${contentType === "summary" ? "the summaries" : "the text"} of the pages that fit best.`,
    inputSchema: textArguments({ query: "The topic to look for." }),
    outputSchema: TEXT,
    async execute({ query }, { signal }) {
      const { readWikipedia } = await import("./wikipedia.ts");
      return readWikipedia(query, { ...source, signal });
    },
  });
}

function assertOptions({ language, maxResults }: { readonly language: string; readonly maxResults: number }): void {
  if (!/^[a-z][a-z-]*$/.test(language)) {
    throw new ConfigurationError(`"${language}" is no language of Wikipedia: give its code, such as "en" or "zh-yue".`);
  }
  if (Number.isInteger(maxResults) && maxResults >= 1 && maxResults <= 20) return;
  throw new ConfigurationError(`maxResults is ${maxResults}; it must be a whole number from 1 to 20.`);
}
