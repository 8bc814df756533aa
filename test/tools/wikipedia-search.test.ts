import { describe, expect, it } from "vitest";
import { ConfigurationError, ToolExecutionError } from "../../src/errors.ts";
import { toolSpec } from "../../src/tools/tool-spec.ts";
import { wikipediaSearch } from "../../src/tools/wikipedia-search.ts";
import { send, startServer } from "../support/http-server.ts";
import { startWikipedia } from "./wikipedia-server.ts";

async function failureOf(reply: { readonly status?: number; readonly body: string }): Promise<unknown> {
  const endpoint = await startServer((response) => send(response, { type: "application/json", ...reply }));
  return wikipediaSearch({ endpoint })
    .call({ query: "xqzv" })
    .catch((error: unknown) => error);
}

describe("wikipediaSearch", () => {
  it("gives title, address and text of the pages that fit best, the best one first", async () => {
    const { endpoint } = await startWikipedia();

    const text = await wikipediaSearch({ endpoint, maxResults: 2 }).call({ query: "gdp" });

    expect(text).toMatchInlineSnapshot(`
      "## [Gross domestic product](https://en.wikipedia.org/wiki/Gross_domestic_product)
      Gross domestic product (GDP) is a monetary measure of what a country makes.


      == History ==
      It came up in the 1930s.

      ## [GDP (disambiguation)](https://en.wikipedia.org/wiki/GDP_(disambiguation))
      GDP may refer to:"
    `);
  });

  it("asks for whole texts one by one, as the API gives no more at once", async () => {
    const { endpoint, asked } = await startWikipedia();

    await wikipediaSearch({ endpoint, maxResults: 2 }).call({ query: "a & b=c? ü" });

    const [search, ...pages] = asked.map(({ parameters }) => parameters);
    const common = { action: "query", format: "json", formatversion: "2" };
    expect(search).toEqual({ ...common, list: "search", srsearch: "a & b=c? ü", srlimit: "2" });
    const extract = { ...common, prop: "extracts|info", inprop: "url", explaintext: "1", exlimit: "1" };
    expect(pages).toHaveLength(2);
    expect(pages).toEqual(
      expect.arrayContaining([
        { ...extract, pageids: "12594" },
        { ...extract, pageids: "7204" },
      ]),
    );
  });

  it("asks for summaries all at once", async () => {
    const { endpoint, asked } = await startWikipedia();

    await wikipediaSearch({ endpoint, contentType: "summary" }).call({ query: "gdp" });

    expect(asked.map(({ path }) => path)).toEqual(["/w/api.php", "/w/api.php"]);
    expect(asked[0]?.parameters).toMatchObject({ srlimit: "3" });
    expect(asked[1]?.parameters).toMatchObject({ exintro: "1", exlimit: "max", pageids: "12594|7204" });
  });

  it("says who asks", async () => {
    const { endpoint, asked } = await startWikipedia();

    await wikipediaSearch({ endpoint, userAgent: "my-agent (me@example.com)" }).call({ query: "gdp" });

    expect(asked.map(({ headers }) => headers["user-agent"])).toContain("my-agent (me@example.com)");
    expect(new Set(asked.map(({ headers }) => headers["user-agent"])).size).toBe(1);
  });

  it("cuts the middle out of a long text, and says so", async () => {
    const { endpoint } = await startWikipedia();

    const text = await wikipediaSearch({ endpoint, maxResults: 2, maxLength: 20 }).call({ query: "gdp" });

    expect(text).toMatch(/\nGross dome\n… \[\d+ characters were cut out here\] …\nthe 1930s\.\n/);
  });

  it.each([
    ["nothing is found", "{}", "Try fewer or more common words."],
    ["another word is meant", '{ "suggestion": "xylophone", "suggestionsnippet": "x" }', 'Did you mean "xylophone"?'],
  ])("tells the model that %s", async (_what, searchinfo, hint) => {
    const failure = await failureOf({
      body: `{"batchcomplete":true,"query":{"searchinfo":${searchinfo},"search":[]}}`,
    });

    expect(failure).toBeInstanceOf(ToolExecutionError);
    expect(failure).toMatchObject({ message: expect.stringContaining(`No page found about "xqzv". ${hint}`) });
  });

  it.each([
    [
      "the API complains",
      { body: '{"error":{"code":"ratelimited","info":"Slow down.","docref":"See …"},"servedby":"mw1"}' },
      /refuses the search \(ratelimited\): Slow down\./,
    ],
    ["the server fails", { status: 429, body: "{}" }, /answered 429 Too Many Requests/],
    ["the answer is no JSON", { body: "<html>" }, /answered with what is no result of a search/],
    ["the answer is of another kind", { body: "[1]" }, /answered with what is no result of a search/],
    ["the answer is empty", { body: "{}" }, /answered with what is no result of a search/],
  ])("throws when %s", async (_what, reply, message) => {
    const failure = await failureOf(reply);

    expect(failure).toBeInstanceOf(ToolExecutionError);
    expect(failure).toMatchObject({ message: expect.stringMatching(message) });
  });

  it("gives up on an answer that does not come", async () => {
    const endpoint = await startServer(() => {});

    const call = wikipediaSearch({ endpoint, timeoutMs: 20 }).call({ query: "gdp" });

    await expect(call).rejects.toThrow("did not answer within 20 ms");
  });

  it("ends when its run is aborted", async () => {
    const abort = new AbortController();
    const endpoint = await startServer(() => abort.abort());

    const call = wikipediaSearch({ endpoint }).call({ query: "gdp" }, { signal: abort.signal });

    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });

  it("tells models which Wikipedia it searches", () => {
    expect(toolSpec(wikipediaSearch({ language: "zh-yue" }))).toMatchObject({
      name: "wikipedia_search",
      description: expect.stringContaining("(zh-yue)"),
      inputSchema: { properties: { query: { type: "string" } }, required: ["query"] },
    });
  });

  it.each([
    { language: "evil.example/" },
    { language: "" },
    { maxResults: 0 },
    { maxResults: 21 },
    { maxResults: 1.5 },
  ])("refuses %j", (options) => {
    expect(() => wikipediaSearch(options)).toThrow(ConfigurationError);
  });
});
