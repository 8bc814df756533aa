import { fetchPage, type FetchPageOptions, type Page } from "./fetch-page.ts";

/** What a search found: a page, and a few words of it. */
export interface SearchResult {
  readonly title: string;
  readonly href: string;
  readonly body: string;
}

/**
 * Searches by the HTML page of DuckDuckGo.
 *
 * Errors: Error, for the model to read: nothing found; a challenge for bots in the place of results; a page that is no list of results.
 */
export async function searchDuckDuckGo(
  query: string,
  { endpoint, ...options }: FetchPageOptions & { readonly endpoint: string },
): Promise<SearchResult[]> {
  const address = new URL(endpoint);
  address.searchParams.set("q", query);
  return readResults(await fetchPage(address.href, options));
}

/** The few members of an element that are used here. */
interface PageElement {
  readonly textContent: string;
  readonly classList: { contains(name: string): boolean };
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null | undefined;
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
