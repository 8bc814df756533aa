import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ToolExecutionError } from "../../src/errors.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { toolSpec } from "../../src/tools/tool-spec.ts";
import { webSearch, type WebSearchOptions } from "../../src/tools/web-search.ts";
import { type Reply, send, startServer } from "../support/http-server.ts";

function page(name: "results" | "no-results" | "challenge"): string {
  return readFileSync(new URL(`fixtures/web-search.${name}.html`, import.meta.url), "utf8");
}

async function searchOf(reply: Reply, options: WebSearchOptions = {}): Promise<Tool> {
  const endpoint = await startServer((response) => send(response, reply));
  return webSearch({ endpoint: `${endpoint}/html/`, ...options });
}

describe("webSearch", () => {
  it("gives title, address and text of each result, without ads", async () => {
    const search = await searchOf({ body: page("results") });

    await expect(search.call({ query: "us gdp growth 2024" })).resolves.toMatchInlineSnapshot(`
      "## Search Results

      [Gross Domestic Product | U.S. Bureau of Economic Analysis (BEA)](https://www.bea.gov/data/gdp/gross-domestic-product?year=2024&q=4)
      Real GDP increased 2.8 percent in 2024 & 2.9 percent in 2023.

      [GDP growth (annual %) - United States 'World Bank'](https://data.worldbank.org/indicator/NY.GDP.MKTP.KD.ZG)
      GDP growth (annual %).

      [日本のGDP](https://example.jp/%E5%9B%BD%E5%86%85%E7%B7%8F%E7%94%9F%E7%94%A3)
      名目GDP"
    `);
  });

  it("gives no more results than it may", async () => {
    const search = await searchOf({ body: page("results") }, { maxResults: 1 });

    const found = await search.call({ query: "us gdp growth 2024" });

    expect(String(found).match(/^\[/gm)).toHaveLength(1);
  });

  it("asks for the query as it is", async () => {
    const asked: unknown[] = [];
    const endpoint = await startServer((response, { url, headers }) => {
      asked.push(url, headers["user-agent"]);
      send(response, { body: page("results") });
    });
    const headers = { "user-agent": "my-agent" };

    await webSearch({ endpoint: `${endpoint}/html/?kl=us-en`, headers }).call({ query: "a & b=c? ü" });

    expect(asked).toEqual(["/html/?kl=us-en&q=a+%26+b%3Dc%3F+%C3%BC", "my-agent"]);
  });

  it.each([
    ["nothing was found", { body: page("no-results") }, "No results found! Try a less restrictive or shorter query."],
    ["it is taken for a bot", { body: page("challenge"), status: 202 }, "takes this program for a bot"],
    ["it is taken for a bot by a page like any other", { body: page("challenge") }, "takes this program for a bot"],
    ["the page is of another kind", { body: "<h1>Maintenance</h1>" }, "a page that is no list of search results"],
    ["the answer is an error", { status: 503, body: "" }, "answered 503 Service Unavailable"],
  ])("throws when %s", async (_name, reply, message) => {
    const search = await searchOf(reply);

    const call = search.call({ query: "xqzv" });

    await expect(call).rejects.toBeInstanceOf(ToolExecutionError);
    await expect(call).rejects.toThrow(message);
  });

  it("lets a second search wait, until its run is aborted", async () => {
    const asked: unknown[] = [];
    const endpoint = await startServer((response, { url }) => {
      asked.push(url);
      send(response, { body: page("results") });
    });
    const search = webSearch({ endpoint, intervalMs: 3_600_000 });
    const controller = new AbortController();
    await search.call({ query: "one" });

    const second = search.call({ query: "two" }, { signal: controller.signal });
    await webSearch({ endpoint }).call({ query: "another" });
    controller.abort();

    await expect(second).rejects.toMatchObject({ name: "AbortError" });
    expect(asked).toEqual(["/?q=one", "/?q=another"]);
  });

  it("ends the request when its run is aborted", async () => {
    const events = new EventEmitter();
    const asked = once(events, "asked");
    const closed = once(events, "closed");
    const endpoint = await startServer((response) => {
      response.on("close", () => events.emit("closed"));
      events.emit("asked");
    });
    const controller = new AbortController();

    const call = webSearch({ endpoint }).call({ query: "one" }, { signal: controller.signal });
    await asked;
    controller.abort();

    await expect(call).rejects.toMatchObject({ name: "AbortError" });
    await closed;
  });

  it("tells models what it takes", () => {
    expect(toolSpec(webSearch())).toMatchObject({
      name: "web_search",
      inputSchema: { properties: { query: { type: "string" } }, required: ["query"] },
    });
  });
});
