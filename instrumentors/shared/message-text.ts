import { truncateMiddle } from "../../src/describe.ts";
import type { Attributes } from "@opentelemetry/api";
import { exportedText } from "./base64-images.ts";
import { itemKeys } from "./item-keys.ts";

/** One attribute of a message, without what stands before `message.`. */
export type MessageEntry = readonly [name: string, text: string];

/** Is what a span shows of one message. */
interface WrittenText {
  readonly entries: readonly MessageEntry[];
  /** In UTF-8, with room for keys. */
  readonly bytes: number;
}

/** Is a message as it is written, made once however often it is asked for. */
export interface MessageText extends WrittenText {
  /** What it could take at most: known without reading it, and mostly enough to know that there is room. */
  readonly mostBytes: number;
  /** With long texts cut in the middle. */
  readonly cut: () => WrittenText;
}

/** What a key and the framing of an attribute take, about. */
const KEY_BYTES = 64;
/** No code unit takes more in UTF-8. */
const MOST_BYTES = 3;
const CUT_LENGTH = 1000;

/** Measures a message. `maxImageLength`: how long the `data:` URL of an image may be, a longer one will not be exported. */
export function messageText(entries: readonly MessageEntry[], maxImageLength: number): MessageText {
  return new MeasuredText(entries, maxImageLength);
}

/** Gives the attributes of messages under a prefix: `llm.output_messages.0.message.role`, … */
export function messagesUnder(prefix: string, messages: readonly (readonly MessageEntry[])[]): Attributes {
  const attributes: Attributes = {};
  for (const [index, entries] of messages.entries()) {
    const keyOf = itemKeys(prefix, index);
    for (const [name, text] of entries) attributes[keyOf(name)] = text;
  }
  return attributes;
}

/** Cuts the middle out of a text as it is cut in a message that does not fit. Image data is left out: half of it shows nothing. */
export function cutText(text: string): string {
  if (text.length <= CUT_LENGTH) return text;
  return text.startsWith("data:")
    ? `[${text.length} characters of data were left out here]`
    : truncateMiddle(text, CUT_LENGTH);
}

/** A class, for there is one of these for each message of each call: it takes less than functions of its own for each. */
class MeasuredText implements MessageText {
  readonly entries: readonly MessageEntry[];
  readonly mostBytes: number;
  readonly #maxImageLength: number;
  #bytes: number | undefined;
  #cut: WrittenText | undefined;

  constructor(entries: readonly MessageEntry[], maxImageLength: number) {
    this.entries = entries;
    this.#maxImageLength = maxImageLength;
    let mostBytes = 0;
    for (const [, text] of entries) mostBytes += text.length * MOST_BYTES + KEY_BYTES;
    this.mostBytes = mostBytes;
  }

  get bytes(): number {
    return (this.#bytes ??= this.#measure());
  }

  cut(): WrittenText {
    return (this.#cut ??= new MeasuredText(this.entries.map(cutEntry), this.#maxImageLength));
  }

  #measure(): number {
    let bytes = 0;
    for (const [, text] of this.entries)
      bytes += Buffer.byteLength(exportedText(text, this.#maxImageLength)) + KEY_BYTES;
    return bytes;
  }
}

function cutEntry([name, text]: MessageEntry): MessageEntry {
  return [name, cutText(text)];
}
