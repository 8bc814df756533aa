import { cutText } from "./message-budget.ts";

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

/** Measures a message. `maxImageLength`: how long the `data:` URL of an image may be, a longer one will not be exported. */
export function messageText(entries: readonly MessageEntry[], maxImageLength: number): MessageText {
  let cut: WrittenText | undefined;
  return { ...measured(entries, maxImageLength), cut: () => (cut ??= measured(entries.map(cutEntry), maxImageLength)) };
}

function cutEntry([name, text]: MessageEntry): MessageEntry {
  return [name, cutText(text)];
}

function measured(entries: readonly MessageEntry[], maxImageLength: number): WrittenText {
  const length = (text: string): number =>
    text.length > maxImageLength && text.startsWith("data:") ? 0 : Buffer.byteLength(text);
  return { entries, bytes: entries.reduce((sum, [, text]) => sum + length(text) + KEY_BYTES, 0) };
}
