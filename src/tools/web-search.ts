import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { fetchPage, type Page } from "./fetch-page.ts";
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
  const untilFree = spaced(intervalMs);
  return tool({
    name: "web_search",
    description: "Searches the web for the query, and gives the top results: title, address and a few words of each.",
    inputSchema: z.object({ query: z.string().describe("What to search for.") }),
    outputSchema: z.string(),
    async execute({ query }, { signal }) {
      await untilFree(signal);
      const address = new URL(endpoint);
      address.searchParams.set("q", query);
      const results = await readResults(await fetchPage(address.href, { signal, timeoutMs, headers }));
      return ["## Search Results", ...results.slice(0, maxResults).map(describeResult)].join("\n\n");
    },
  });
}

interface SearchResult {
  readonly title: string;
  readonly href: string;
  readonly body: string;
}

/** The few members of an element that are used here. */
interface PageElement {
  readonly textContent: string;
  readonly classList: { contains(name: string): boolean };
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null | undefined;
}

/** Lets its callers through one by one, an interval apart. */
function spaced(intervalMs: number): (signal: AbortSignal) => Promise<void> {
  let freeAt = 0;
  return async (signal) => {
    const waitMs = Math.max(0, freeAt - performance.now());
    freeAt = performance.now() + waitMs + intervalMs;
    if (waitMs > 0) await delay(waitMs, undefined, { signal });
  };
}

async function readResults(page: Page): Promise<SearchResult[]> {
  const { elements, isChallenge } = await findElements(page.text);
  // The challenge is an answer of success: without this it would read as "nothing found".
  if (isChallenge || page.status === 202)
    throw new Error(
      `${page.url} takes this program for a bot and shows a challenge instead of results. Search again later.`,
    );
  if (elements.length === 0) throw new Error(`${page.url} answered with a page that is no list of search results.`);
  const results = elements.flatMap((element) => readResult(element, page.url));
  if (results.length === 0) throw new Error("No results found! Try a less restrictive or shorter query.");
  return results;
}

/** Has turndown parse the page, the one parser of HTML that is here, and takes the elements from its rules. */
async function findElements(html: string): Promise<{ elements: PageElement[]; isChallenge: boolean }> {
  const { default: Turndown } = await import("turndown");
  const elements: PageElement[] = [];
  let isChallenge = false;
  const service = new Turndown();
  service.addRule("result", {
    filter: (node: PageElement) => node.classList.contains("result"),
    replacement: (_content, node: PageElement) => String(elements.push(node)),
  });
  service.addRule("challenge", {
    filter: (node: PageElement) => node.getAttribute("id") === "challenge-form",
    replacement: (content) => {
      isChallenge = true;
      return content;
    },
  });
  service.turndown(html);
  return { elements, isChallenge };
}

function readResult(element: PageElement, base: string): SearchResult[] {
  const link = element.querySelector(".result__a");
  const href = targetOf(link?.getAttribute("href") ?? "", base);
  if (!link || !href || isAd(element, href)) return [];
  const body = element.querySelector(".result__snippet");
  return [{ title: oneLine(link), href: href.href, body: body ? oneLine(body) : "" }];
}

/** Links go through duckduckgo.com/l/?uddg=<address>, those of ads once more through duckduckgo.com/y.js. */
function targetOf(href: string, base: string): URL | undefined {
  if (href === "" || !URL.canParse(href, base)) return undefined;
  const link = new URL(href, base);
  const target = link.searchParams.get("uddg");
  return target !== null && URL.canParse(target) ? new URL(target) : link;
}

function isAd(element: PageElement, { hostname, pathname }: URL): boolean {
  return element.classList.contains("result--ad") || (hostname === "duckduckgo.com" && pathname === "/y.js");
}

function oneLine({ textContent }: PageElement): string {
  return textContent.replaceAll(/\s+/g, " ").trim();
}

function describeResult({ title, href, body }: SearchResult): string {
  return `[${title}](${href})\n${body}`;
}
