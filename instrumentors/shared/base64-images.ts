import { diag } from "@opentelemetry/api";
import type { TraceConfig } from "./trace-config.ts";

/** Stands for what is hidden. Source: OpenInference, spec/configuration.md. */
export const REDACTED = "__REDACTED__";

const LETTERS = "[A-Za-z0-9+/=_%-]";
/** Base64 may be broken into lines, and the breaks be written as JSON writes them; and a long text has its middle cut out, as `truncateMiddle` says it. */
const DATA_URL = new RegExp(
  String.raw`data:image/[^,\s"'\\]{0,200}base64,${LETTERS}*(?:(?:\s|\\[rn])+${LETTERS}{40,})*(?:\s*… \[\d+ [a-z ]+\] …\s*${LETTERS}*)?`,
  "gi",
);

/** What is not base64, as text, is shown. */
const OTHER_DATA = new RegExp(String.raw`data:(?!image/)[^,\s"'\\]{0,200}base64,${LETTERS}*`, "gi");
const MIN_DATA_LENGTH = 1000;
/** Stands in all data of base64, however its letters are written; and in hardly anything else. */
const DATA_MARK = "64,";

/** Redacts the images in a text that are `data:` URLs. */
export function withoutImages(text: string): string {
  return text.replace(DATA_URL, REDACTED);
}

/** Redacts the images that are longer than allowed, and uploads none: as much of a text as will be exported, about. */
export function exportedText(text: string, maxImageLength: number): string {
  if (text.length <= maxImageLength || !/data:image/i.test(text)) return text;
  return text.replace(DATA_URL, (url) => (url.length > maxImageLength ? REDACTED : url));
}

/** Says how much data there is in the place of long `data:` URLs of what is no image: sound, files. */
export function withoutLongData(text: string): string {
  if (text.length <= MIN_DATA_LENGTH || !text.includes(DATA_MARK)) return text;
  return text.replace(OTHER_DATA, (url) =>
    url.length > MIN_DATA_LENGTH ? `[${url.length} characters of data were left out here]` : url,
  );
}

/** Uploads or redacts the images in a text whose `data:` URLs are longer than the configuration allows. */
export function withoutLongImages(text: string, { key, config }: ImagePlace): string {
  if (text.length <= config.base64ImageMaxLength) return text;
  const isLong = (url: string): boolean => url.length > config.base64ImageMaxLength;
  return text.replace(DATA_URL, (url) => (isLong(url) ? uploadOrRedact(url, { key, config }) : url));
}

/** Gives the address under which the uploader has put an image; the mark of what is hidden, if it has not. */
export function uploadOrRedact(url: string, { key, config: { blobUploader } }: ImagePlace): string {
  if (!blobUploader) return REDACTED;
  try {
    const address = blobUploader(url, { key });
    if (address === undefined) return REDACTED;
    if (typeof address === "string" && URL.canParse(address) && !/^data:/i.test(address)) return address;
    diag.warn(`vitrine: traceConfig.blobUploader gave no absolute URL for "${key}"; the image is redacted`);
  } catch (fault) {
    diag.warn(`vitrine: traceConfig.blobUploader failed for "${key}"; the image is redacted`, fault);
  }
  return REDACTED;
}

interface ImagePlace {
  /** Of the attribute that holds the image. */
  readonly key: string;
  readonly config: TraceConfig;
}
