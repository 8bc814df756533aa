import { describe } from "../../src/describe.ts";
import { filledText, type JsonObject, objectOf, objectsOf, textOf } from "./json.ts";
import type { WireCall, WirePart } from "./wire-message.ts";

/** Reads the content of a message, of Chat Completions or of Responses: a text, a list of parts, or nothing. What is none of the known parts is shown as JSON. */
export function partsOf(content: unknown): WirePart[] {
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  return objectsOf(content).map(partOf);
}

/** Reads a tool call of an assistant's message in Chat Completions. */
export function callOf({ id, function: called, custom }: JsonObject): WireCall {
  const { name, arguments: input } = objectOf(called);
  const { name: customName, input: customInput } = objectOf(custom);
  return { id: textOf(id), name: textOf(name ?? customName), arguments: argumentsOf(input ?? customInput) };
}

/** Gives the text of a call's arguments: some servers send them parsed. */
export function argumentsOf(input: unknown): string {
  return input === undefined || input === null ? "" : describe(input);
}

function partOf(part: JsonObject): WirePart {
  switch (part["type"]) {
    case "text":
    case "input_text":
    case "output_text":
      return { type: "text", text: textOf(part["text"]) };
    case "refusal":
      return { type: "text", text: textOf(part["refusal"]) };
    case "image_url":
    case "input_image": {
      // An object in Chat Completions, a text in Responses; there, it may be the id of a file.
      const image = part["image_url"];
      const url = filledText(image) ?? filledText(objectOf(image)["url"]) ?? filledText(part["file_id"]);
      return url ? { type: "image", url } : shown(part);
    }
    case "input_audio": {
      const { data, format } = objectOf(part["input_audio"]);
      const mimeType = `audio/${textOf(format) || "wav"}`;
      return { type: "audio", mimeType, url: `data:${mimeType};base64,${textOf(data)}` };
    }
    default:
      return shown(part);
  }
}

function shown(part: JsonObject): WirePart {
  return { type: "text", text: describe(part) };
}
