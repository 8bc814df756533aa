import type TurndownService from "turndown";

/** The few members of an element that are used here; the library's own types need those of the browser. */
interface PageElement {
  readonly nodeName: string;
  readonly cells?: { readonly length: number };
  getAttribute(name: string): string | null;
  closest(selector: string): PageElement | null;
  /** The parser gives undefined, not null, where nothing is found. */
  querySelector(selector: string): PageElement | null | undefined;
}

/**
 * Turns a page into Markdown that a model can read.
 *
 * Shape: links and images with absolute addresses, tables of data as tables; no scripts, styles, drawings; nothing escaped.
 */
export async function htmlToMarkdown(html: string, url: string): Promise<string> {
  const { default: Turndown } = await import("turndown");
  const service = new Turndown({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-" });
  service.remove(["script", "style", "noscript", "template", "iframe", "canvas", "object"]);
  service.remove((node: PageElement) => node.nodeName.toLowerCase() === "svg");
  // Backslashes before each _ and * are for renderers, not for readers.
  service.escape = (text) => text;
  service.addRule("caption", { filter: ["title", "caption"], replacement: (content) => `\n\n${oneLine(content)}\n\n` });
  addLinks(service, url);
  addTables(service);
  return service
    .turndown(html)
    .replaceAll(/\n\s+\n/g, "\n\n")
    .trim();
}

function addLinks(service: TurndownService, url: string): void {
  let base = url;
  const absolute = (node: PageElement, attribute: "href" | "src"): string | undefined => {
    const given = node.getAttribute(attribute) ?? "";
    const resolved = !given.startsWith("#") && URL.canParse(given, base) ? new URL(given, base) : undefined;
    return resolved && /^(?:https?|mailto):$/.test(resolved.protocol) ? resolved.href : undefined;
  };
  service.addRule("base", {
    filter: "base",
    replacement: (_content, node: PageElement) => {
      base = absolute(node, "href") ?? base;
      return "";
    },
  });
  service.addRule("link", {
    filter: "a",
    replacement: (content, node: PageElement) => {
      const [label, address] = [oneLine(content), absolute(node, "href")];
      return address && label !== "" ? `[${label}](${address})` : content;
    },
  });
  service.addRule("image", {
    filter: "img",
    replacement: (_content, node: PageElement) => {
      const [label, address] = [oneLine(node.getAttribute("alt") ?? ""), absolute(node, "src")];
      return address ? `![${label}](${address})` : label;
    },
  });
}

/** Tables that hold tables are there for the layout: their cells stay paragraphs. */
function addTables(service: TurndownService): void {
  const layouts = new Map<PageElement, boolean>();
  const isData = (node: PageElement): boolean => {
    const table = node.closest("table");
    if (!table) return false;
    const isLayout = layouts.get(table) ?? Boolean(table.querySelector("table"));
    layouts.set(table, isLayout);
    return !isLayout;
  };
  const begun = new Set<PageElement | null>();
  const isPart = (node: PageElement, names: readonly string[]): boolean =>
    names.includes(node.nodeName) && isData(node);
  service.addRule("tableCell", {
    filter: (node: PageElement) => isPart(node, ["TD", "TH"]),
    replacement: (content) => ` ${oneLine(content).replaceAll("|", "\\|")} |`,
  });
  service.addRule("tableSection", {
    filter: (node: PageElement) => isPart(node, ["THEAD", "TBODY", "TFOOT"]),
    replacement: (content) => content,
  });
  service.addRule("tableRow", {
    filter: (node: PageElement) => isPart(node, ["TR"]),
    replacement: (content, node: PageElement) => {
      const table = node.closest("table");
      const rule = begun.has(table) ? "" : `|${" --- |".repeat(node.cells?.length ?? 1)}\n`;
      begun.add(table);
      return `|${content}\n${rule}`;
    },
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
