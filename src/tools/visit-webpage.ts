import { truncateMiddle } from "../describe.ts";
import { TEXT, textArguments } from "./plain-schema.ts";
import { type Tool, tool } from "./tool.ts";

/** Says how much of a page to give, and how long to wait for it. */
export interface VisitWebpageOptions {
  /** Longer pages lose their middle. In UTF-16 code units. */
  readonly maxLength?: number;
  readonly timeoutMs?: number;
}

/**
 * Gives models a tool that reads pages of the web, `visit_webpage`: HTML as Markdown, other text as it is.
 *
 * It goes wherever the model says, into your own network too: take a tool of your own where that must not be.
 * Source: smolagents default_tools.py, VisitWebpageTool.
 */
export function visitWebpage({ maxLength = 40_000, timeoutMs = 20_000 }: VisitWebpageOptions = {}): Tool {
  return tool({
    name: "visit_webpage",
    description: "Visits a webpage and gives its content as Markdown. Use it to browse webpages.",
    inputSchema: textArguments({ url: "The address of the webpage, with its http:// or https://." }),
    outputSchema: TEXT,
    async execute({ url }, { signal }) {
      const { fetchPage } = await import("./fetch-page.ts");
      const page = await fetchPage(url.trim(), { signal, timeoutMs });
      const text = page.isHtml ? await markdownOf(page) : page.text;
      const mark = page.isCut ? "\n\n… [the page is too long: only its first 2 MB were read] …" : "";
      return truncateMiddle(text, maxLength) + mark;
    },
  });
}

async function markdownOf({ text, url }: { readonly text: string; readonly url: string }): Promise<string> {
  const { htmlToMarkdown } = await import("./html-to-markdown.ts");
  return htmlToMarkdown(text, url);
}
