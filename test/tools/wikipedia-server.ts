import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { send, startServer } from "../support/http-server.ts";

const SEARCH = fixture("search");
const PAGES = z
  .object({ query: z.object({ pages: z.array(z.looseObject({ pageid: z.number() })) }) })
  .parse(JSON.parse(fixture("pages")));

interface Asked {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
}

/** Starts a MediaWiki that knows two pages, and one text a request, as the real one. Gives its `api.php` and what it was asked. */
export async function startWikipedia(): Promise<{ readonly endpoint: string; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const address = await startServer((response, { url = "", headers }) => {
    const { pathname: path, searchParams } = new URL(url, "http://host");
    const parameters = Object.fromEntries(searchParams);
    asked.push({ path, parameters, headers });
    send(response, { type: "application/json; charset=utf-8", body: answer(parameters) });
  });
  return { endpoint: `${address}/w/api.php`, asked };
}

function answer({ list, pageids = "", exintro }: Readonly<Record<string, string>>): string {
  if (list === "search") return SEARCH;
  const ids = pageids.split("|");
  const pages = PAGES.query.pages.filter(({ pageid }) => ids.includes(String(pageid)));
  if (exintro === undefined && pages.length > 1) throw new Error("One whole text a request: the others come without.");
  return JSON.stringify({ ...PAGES, query: { pages } });
}

function fixture(name: "search" | "pages"): string {
  return readFileSync(new URL(`fixtures/wikipedia-search.${name}.json`, import.meta.url), "utf8");
}
