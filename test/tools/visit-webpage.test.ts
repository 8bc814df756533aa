import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ToolExecutionError } from "../../src/errors.ts";
import { visitWebpage } from "../../src/tools/visit-webpage.ts";
import { type Reply, send, startServer } from "../support/http-server.ts";

const PAGE = readFileSync(new URL("fixtures/visit-webpage.html", import.meta.url), "utf8");

async function visit(reply: Reply, options = {}): Promise<unknown> {
  const address = await startServer((response) => send(response, reply));
  return visitWebpage(options).call({ url: address });
}

describe("visitWebpage", () => {
  it("gives a page as Markdown, with tables, absolute links and no scripts", async () => {
    const address = await startServer((response, { url }) => {
      if (url === "/old") response.writeHead(302, { location: "/new/page.html" }).end();
      else send(response, { body: PAGE });
    });

    const text = await visitWebpage().call({ url: `${address}/old` });

    expect(String(text).replaceAll(address, "http://host")).toMatchInlineSnapshot(`
      "GDP growth & more

      [Home](http://host/) Skip Menu

      # GDP growth

      See [the **data**](http://host/data?year=2024#top), \`real_gdp\` and _notes_.

      ![A chart](http://host/new/chart.png) A pixel

      Growth

      | Year | Growth \\| % |
      | --- | --- |
      | 2023 | 2.9 |
      | 2024 | 2.8 (second estimate) |

      | inner | cells |
      | --- | --- |

      A paragraph of the layout.

      -   one
      -   two

      \`\`\`
      a
        b
      \`\`\`"
    `);
  });

  it("resolves links against the base of the page", async () => {
    const body = '<base href="https://example.com/a/"><a href="b">here</a>';

    await expect(visit({ body })).resolves.toBe("[here](https://example.com/a/b)");
  });

  it.each([
    ["text/plain", "a < b\n\n\n\nc"],
    ["application/json", '{"a": "<b>"}'],
    ["application/ld+json; charset=utf-8", '{"a": "ü"}'],
    ["text/csv", "year,growth\n2024,2.8\n"],
  ])("gives %s as it is", async (type, body) => {
    await expect(visit({ type, body })).resolves.toBe(body);
  });

  it.each([
    ["the header", "text/html; charset=ISO-8859-1", Buffer.from("<p>Größe</p>", "latin1")],
    ["the page", "text/html", Buffer.from('<meta charset="windows-1252"><p>Größe</p>', "latin1")],
    ["its byte order mark", "text/html", Buffer.from("\uFEFF<p>Größe</p>", "utf16le")],
    ["nobody", "text/html", Buffer.from("<p>Größe</p>")],
    ["somebody who errs", "text/html; charset=nonsense", Buffer.from("<p>Größe</p>")],
  ])("reads the charset that is named by %s", async (_name, type, body) => {
    await expect(visit({ type, body })).resolves.toBe("Größe");
  });

  it("cuts the middle out of a long page, and says so", async () => {
    const text = await visit({ type: "text/plain", body: `begin${"x".repeat(500)}end` }, { maxLength: 20 });

    expect(text).toMatch(/^beginx{5}\n….*488 characters were cut.*…\nx{7}end$/);
  });

  it("stops reading a page without an end, and says so", async () => {
    let isClosed = false;
    const address = await startServer((response) => {
      response.writeHead(200, { "content-type": "text/plain" }).on("close", () => (isClosed = true));
      const write = (): void => {
        if (!isClosed) response.write("endless ".repeat(10_000), write);
      };
      write();
    });

    const text = await visitWebpage().call({ url: address });

    expect(text).toMatch(/^endless[^]*only its first 2 MB were read\] …$/);
  });

  it.each([
    ["an error", { status: 404, body: PAGE }, /http:\/\/127\.0\.0\.1:\d+\/ answered 404 Not Found\./],
    [
      "what is no text",
      { type: "application/pdf", body: "%PDF" },
      /is of the type application\/pdf, which cannot be read as text\./,
    ],
  ])("throws on %s", async (_name, reply, message) => {
    const call = visit(reply);

    await expect(call).rejects.toBeInstanceOf(ToolExecutionError);
    await expect(call).rejects.toThrow(message);
  });

  it.each(["file:///etc/passwd", "www.example.com", "data:text/html,x"])("refuses the address %s", async (url) => {
    await expect(visitWebpage().call({ url })).rejects.toThrow(`"${url}" is no address of a page`);
  });

  it("names the host that cannot be reached", async () => {
    const address = await startServer((_response, { socket }) => socket.destroy());

    await expect(visitWebpage().call({ url: address })).rejects.toThrow(`${address} cannot be reached: `);
  });

  it("gives up on a page that does not come to its end", async () => {
    const address = await startServer((response) => {
      response.writeHead(200, { "content-type": "text/html" }).write("<p>Wait");
    });

    const call = visitWebpage({ timeoutMs: 50 }).call({ url: address });

    await expect(call).rejects.toThrow(`${address} did not answer within 50 ms`);
  });

  it("ends when its run is aborted", async () => {
    const controller = new AbortController();
    const address = await startServer(() => controller.abort(new Error("enough")));

    const call = visitWebpage().call({ url: address }, { signal: controller.signal });

    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });
});
