import type { Content, ImagePart } from "../models/message.ts";
import type { NamedImage } from "./steps.ts";

/** Shows each image where it comes first, if at all: endpoints bill it at every place, and some allow but a few. */
export class Album {
  readonly #shows: "all" | "of-tasks" | "none";
  readonly #shown = new Set<string>();

  constructor(shows: "all" | "of-tasks" | "none") {
    this.#shows = shows;
  }

  /** Puts the images beside the text of their task. */
  ofTask(images: readonly ImagePart[], text: string): Content {
    if (images.length === 0) return text;
    if (this.#shows === "none") return `${text}\n(${countOf(images)} cannot be shown to this model)`;
    return [{ type: "text", text }, ...this.#parts(images)];
  }

  /** Names the images that the tools of a step gave, and shows them. */
  ofTools(images: readonly NamedImage[]): Content {
    const text = `Images: ${namesOf(images)}`;
    if (this.#shows === "of-tasks") return text;
    if (this.#shows === "none") return `${text}\n(${namesOf(images)} cannot be shown to this model)`;
    const again = images.filter(({ url }) => this.#shown.has(url));
    const parts = this.#parts(images);
    const said = again.length === 0 ? text : `${text}\n(${namesOf(again)} can be seen above)`;
    return parts.length === 0 ? said : [{ type: "text", text: said }, ...parts];
  }

  #parts(images: readonly ImagePart[]): ImagePart[] {
    return images.flatMap(({ type, url }) => {
      if (this.#shown.has(url)) return [];
      this.#shown.add(url);
      return { type, url };
    });
  }
}

function countOf({ length }: readonly ImagePart[]): string {
  return length === 1 ? "an image" : `${length} images`;
}

function namesOf(images: readonly NamedImage[]): string {
  return images.map(({ name }) => name).join(", ");
}
