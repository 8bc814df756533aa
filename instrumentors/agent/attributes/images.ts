import { IMAGE_URL, INPUT_IMAGES, OUTPUT_IMAGES } from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { inputAttributes, outputAttributes } from "../../shared/text.ts";

/** Describes a value that came out; its images, and those that were shown beside it, stand in `output.images`, and references to the former, `{ type: "image", url: "output.images.0" }`, in the value. */
export function outputWithImages(value: unknown, shown: readonly string[] = []): Attributes {
  const found = new FoundImages(OUTPUT_IMAGES);
  const said = outputAttributes(value, found.replace);
  return { ...said, ...imageAttributes(OUTPUT_IMAGES, [...new Set([...found.urls, ...shown])]) };
}

/** Describes a value that went in, as `outputWithImages` does one that came out; its images stand in `input.images`. */
export function inputWithImages(value: unknown, shown: readonly string[] = []): Attributes {
  const found = new FoundImages(INPUT_IMAGES);
  const said = inputAttributes(value, found.replace);
  return { ...said, ...imageAttributes(INPUT_IMAGES, [...new Set([...found.urls, ...shown])]) };
}

/** Names the addresses of images under a prefix. */
export function imageAttributes(prefix: string, urls: readonly string[]): Attributes {
  return Object.fromEntries(urls.map((url, index) => [`${prefix}.${index}.${IMAGE_URL}`, url]));
}

/** Finds the images in data as it is written, and puts references in their place. It runs no getter. */
export class FoundImages {
  readonly urls: string[] = [];
  readonly #prefix: string;

  /** `prefix`: under which name the images will stand. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  readonly replace = (item: object): unknown => {
    const url = imageUrlOf(item);
    if (url === undefined) return undefined;
    if (!this.urls.includes(url)) this.urls.push(url);
    return { type: "image", url: `${this.#prefix}.${this.urls.indexOf(url)}` };
  };
}

/** References by name are no addresses. */
function imageUrlOf(item: object): string | undefined {
  if (Object.getOwnPropertyDescriptor(item, "type")?.value !== "image") return undefined;
  const url: unknown = Object.getOwnPropertyDescriptor(item, "url")?.value;
  if (typeof url !== "string" || !/^(?:data:image\/|https?:)/.test(url)) return undefined;
  return Object.keys(item).length === 2 ? url : undefined;
}
