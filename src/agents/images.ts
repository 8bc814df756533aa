import type { ImagePart } from "../models/message.ts";
import type { NamedImage } from "../memory/steps.ts";

/** The values of an agent by name. */
type State = Record<string, unknown>;

/**
 * Keeps the images of a value in the state, each under a name of its own, `image_1` and so on.
 *
 * Gives the value with a reference in the place of each image, `{ type: "image", url: "image_1" }`: an image is too long to be read as text.
 * Source: smolagents agents.py, process_tool_calls, where all images share the name "image.png".
 */
export function keepImages(
  value: unknown,
  state: State,
): { readonly value: unknown; readonly images: readonly NamedImage[] } {
  const images: NamedImage[] = [];
  const kept = mapImages(value, (image) => {
    if (isReference(image)) return image;
    const known = Object.keys(state).find((name) => isSame(state[name], image));
    const name = known ?? newName(state);
    state[name] = image;
    if (!images.some((each) => each.name === name)) images.push({ ...image, name });
    return { type: "image", url: name };
  });
  return { value: kept, images };
}

/** Puts the images of the state in the place of their references. */
export function restoreImages(value: unknown, state: Readonly<State>): unknown {
  if (isEmpty(state)) return value;
  return mapImages(value, (image) => {
    const kept = Object.hasOwn(state, image.url) ? state[image.url] : undefined;
    return isImage(kept) ? kept : image;
  });
}

/** Gives values by name with references, each by its own name, in the place of images. */
export function referToImages(values: Readonly<State>): State {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isImage(value) ? { type: "image", url: name } : value]),
  );
}

/** Puts the arguments of a run into the state: an image under its own name, one inside of a value under a new one. Gives them as they stand there. */
export function keepArguments(args: Readonly<State>, state: State): State {
  const kept = Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, isImage(value) ? value : keepImages(value, state).value]),
  );
  Object.assign(state, kept);
  return kept;
}

/** Tells the name of an image from an image. */
export function isReference(value: unknown): boolean {
  return isImage(value) && !/^(?:data:image\/|https?:)/.test(value.url);
}

/** Whether there is no value by any name. */
export function isEmpty(state: Readonly<State>): boolean {
  for (const name in state) if (Object.hasOwn(state, name)) return false;
  return true;
}

function isSame(kept: unknown, image: ImagePart): boolean {
  return isImage(kept) && kept.url === image.url;
}

function newName(state: State): string {
  let count = 1;
  while (Object.hasOwn(state, `image_${count}`)) count++;
  return `image_${count}`;
}

/** Looks into plain objects and lists only; what holds no image is given back as it is, the same object. */
function mapImages(value: unknown, map: (image: ImagePart) => unknown, above: readonly unknown[] = []): unknown {
  if (typeof value !== "object" || value === null || above.includes(value)) return value;
  if (isImage(value)) return map(value);
  const path = [...above, value];
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => mapImages(item, map, path));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  let hasImage = false;
  const entries = Object.entries(value).map(([key, item]: [string, unknown]) => {
    const mapped = mapImages(item, map, path);
    hasImage ||= mapped !== item;
    return [key, mapped] as const;
  });
  return hasImage ? Object.fromEntries(entries) : value;
}

/** Nothing but an image: data of other programs may have a `type` and a `url` as well. */
function isImage(value: unknown): value is ImagePart {
  if (typeof value !== "object" || value === null || Object.keys(value).length !== 2) return false;
  return "type" in value && value.type === "image" && "url" in value && typeof value.url === "string";
}
