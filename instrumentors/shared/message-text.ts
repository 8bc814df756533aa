import { truncateMiddle } from "../../src/describe.ts";
import { exportedText } from "./base64-images.ts";

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
  /** With long texts cut in the middle. */
  readonly cut: () => WrittenText;
}

/** What a key and the framing of an attribute take, about. */
const KEY_BYTES = 64;
const CUT_LENGTH = 1000;

/** Measures a message. `maxImageLength`: how long the `data:` URL of an image may be, a longer one will not be exported. */
export function messageText(entries: readonly MessageEntry[], maxImageLength: number): MessageText {
  return new MeasuredText(entries, maxImageLength);
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
  readonly bytes: number;
  readonly #maxImageLength: number;
  #cut: WrittenText | undefined;

  constructor(entries: readonly MessageEntry[], maxImageLength: number) {
    this.entries = entries;
    this.#maxImageLength = maxImageLength;
    let bytes = 0;
    for (const [, text] of entries) bytes += Buffer.byteLength(exportedText(text, maxImageLength)) + KEY_BYTES;
    this.bytes = bytes;
  }

  cut(): WrittenText {
    return (this.#cut ??= new MeasuredText(this.entries.map(cutEntry), this.#maxImageLength));
  }
}

function cutEntry([name, text]: MessageEntry): MessageEntry {
  return [name, cutText(text)];
}
