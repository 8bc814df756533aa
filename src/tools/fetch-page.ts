/** Says how a page is asked for. */
export interface FetchPageOptions {
  readonly signal: AbortSignal;
  /** For the whole page, redirects included. */
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Holds what an address gave, as text. */
export interface Page {
  /** Where the redirects led. */
  readonly url: string;
  readonly status: number;
  readonly text: string;
  readonly isHtml: boolean;
  /** True if the page has more than 2 MB: the rest was not read. */
  readonly isCut: boolean;
}

/** What is more than that takes seconds to turn into Markdown, and no model reads so far. */
const MAX_BYTES = 2_000_000;

/**
 * Gets a page of the web as text, read in its own charset.
 *
 * Errors: Error that names the address, if it is none of http, cannot be reached, answers with an error or with no text, or takes too long.
 */
export async function fetchPage(address: string, options: FetchPageOptions): Promise<Page> {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw new Error(`"${address}" is no address of a page: it must begin with http:// or https://.`);
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, timeout]);
  // Some sites turn away whatever does not call itself Mozilla.
  const headers = { "user-agent": "Mozilla/5.0 (compatible; vitrine)", ...options.headers };
  try {
    return await readPage(await fetch(address, { headers, signal }));
  } catch (thrown) {
    if (timeout.aborted && !options.signal.aborted)
      throw new Error(`${address} did not answer within ${options.timeoutMs} ms.`, { cause: thrown });
    if (!(thrown instanceof TypeError)) throw thrown;
    throw new Error(`${address} cannot be reached: ${reason(thrown)}.`, { cause: thrown });
  }
}

async function readPage(response: Response): Promise<Page> {
  const { url, status, statusText, headers } = response;
  const contentType = headers.get("content-type") ?? "text/html";
  const mediaType = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  const problem = response.ok ? problemOf(mediaType) : `answered ${status} ${statusText}`.trimEnd();
  if (problem) {
    await response.body?.cancel();
    throw new Error(`${url} ${problem}.`);
  }
  const { bytes, isCut } = await readBytes(response);
  const isHtml = mediaType === "text/html" || mediaType === "application/xhtml+xml";
  return { url, status, isHtml, isCut, text: decode(bytes, { contentType, isHtml }) };
}

function problemOf(mediaType: string): string | undefined {
  const isText = /^text\/|^application\/(?:.*\+)?(?:json|xml|yaml|x-yaml|javascript|x-ndjson)$/.test(mediaType);
  return isText ? undefined : `is of the type ${mediaType}, which cannot be read as text`;
}

async function readBytes(response: Response): Promise<{ bytes: Uint8Array; isCut: boolean }> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    length += piece.length;
    // Leaving the loop closes the connection.
    if (length > MAX_BYTES) break;
  }
  return { bytes: Buffer.concat(pieces).subarray(0, MAX_BYTES), isCut: length > MAX_BYTES };
}

/** Order: byte order mark, header, `<meta>` within the first 1024 bytes, UTF-8. Source: https://html.spec.whatwg.org, encoding sniffing. */
function decode(bytes: Uint8Array, page: { readonly contentType: string; readonly isHtml: boolean }): string {
  const head = page.isHtml ? new TextDecoder("latin1").decode(bytes.subarray(0, 1024)) : "";
  const label = markedCharset(bytes) ?? charsetIn(page.contentType) ?? charsetIn(head) ?? "utf-8";
  try {
    return new TextDecoder(label).decode(bytes);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    // Nobody knows a charset of that name.
    return new TextDecoder().decode(bytes);
  }
}

function markedCharset([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xff && second === 0xfe ? "utf-16le" : undefined;
}

function charsetIn(text: string): string | undefined {
  return /charset\s*=\s*["']?([\w.:-]+)/i.exec(text)?.[1];
}

function reason({ cause, message }: Error): string {
  if (!(cause instanceof Error)) return message;
  return cause.message || ("code" in cause ? String(cause.code) : cause.name);
}
