import { IMAGE_URL, OUTPUT_IMAGES } from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { outputAttributes } from "./text.ts";

/** Describes a value that came out; its images, and those that were shown beside it, stand in `output.images`, and references to the former, `{ type: "image", url: "output.images.0" }`, in the value. */
export function outputWithImages(value: unknown, shown: readonly string[] = []): Attributes {
  const { rest, images } = splitImages(value, OUTPUT_IMAGES);
  return { ...outputAttributes(rest), ...imageAttributes(OUTPUT_IMAGES, [...new Set([...images, ...shown])]) };
}

/** Names the addresses of images under a prefix. */
export function imageAttributes(prefix: string, urls: readonly string[]): Attributes {
  return Object.fromEntries(urls.map((url, index) => [`${prefix}.${index}.${IMAGE_URL}`, url]));
}

interface SplitValue {
  readonly rest: unknown;
  readonly images: readonly string[];
}

/** Puts references in the place of the images in plain objects and lists; what holds none, or cannot be looked into, is given back as it is. */
export function splitImages(value: unknown, prefix: string): SplitValue {
  try {
    return split(value, prefix);
  } catch {
    return { rest: value, images: [] };
  }
}

function split(value: unknown, prefix: string): SplitValue {
  const images: string[] = [];
  const map = (item: unknown, above: readonly unknown[]): unknown => {
    if (typeof item !== "object" || item === null || above.includes(item)) return item;
    const url = imageUrlOf(item);
    if (url !== undefined) {
      if (!images.includes(url)) images.push(url);
      return { type: "image", url: `${prefix}.${images.indexOf(url)}` };
    }
    const path = [...above, item];
    if (Array.isArray(item))
      return unlessSame(
        item,
        item.map((each: unknown) => map(each, path)),
      );
    if (Object.getPrototypeOf(item) !== Object.prototype) return item;
    const entries = Object.entries(item);
    const mapped = entries.map(([, each]: [string, unknown]) => map(each, path));
    const isSame = mapped.every((each, index) => each === entries[index]?.[1]);
    return isSame ? item : Object.fromEntries(entries.map(([key], index) => [key, mapped[index]]));
  };
  return { rest: map(value, []), images };
}

function unlessSame(items: readonly unknown[], mapped: readonly unknown[]): readonly unknown[] {
  return mapped.every((item, index) => item === items[index]) ? items : mapped;
}

/** References by name are no addresses. */
function imageUrlOf(item: object): string | undefined {
  if (!("type" in item) || item.type !== "image" || !("url" in item) || typeof item.url !== "string") return undefined;
  return /^(?:data:image\/|https?:)/.test(item.url) && Object.keys(item).length === 2 ? item.url : undefined;
}
