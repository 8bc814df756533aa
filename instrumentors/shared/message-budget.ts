import type { MessageText } from "./message-text.ts";

/**
 * Says which of the messages that a model was sent its span shows.
 *
 * `"budget"`: all, until the span is full; then the new ones, system, task, and the newest that fit. `"full"`: all. `"delta"`: the new ones.
 */
export type MessagesMode = "budget" | "full" | "delta";

/** How much a span may hold of messages, in bytes, if nobody says otherwise. */
export const DEFAULT_MAX_SPAN_BYTES = 131_072;

/** What is to be known of a message to tell whether there is room for it. */
export interface MessageSize {
  readonly role: string;
  readonly text: MessageText;
  /** Whether no earlier span of the run holds it whole: then this one must. */
  readonly isNew: boolean;
}

/** One message that is shown. */
export interface ShownMessage {
  readonly index: number;
  readonly isCut: boolean;
}

interface Room {
  readonly mode: MessagesMode;
  /** What there is room for beside the other attributes of the span. */
  readonly maxBytes: number;
  /** How many attributes the tools take that the model is offered: they are set before older messages. */
  readonly toolCount?: number;
}

/** A provider of somebody else refuses attributes past the 128th, and the rest of a span needs some. */
const MAX_ATTRIBUTES = 100;
/** What does not fit is written again at each step: once a span is full, less will do. */
const FILLED_ATTRIBUTES = 80;

/**
 * Chooses the messages that a span shows, in the order in which they are to be set: a provider that refuses the last ones loses the oldest.
 *
 * New messages are whole, whatever they take; others are whole if they fit, else cut, else left out.
 */
export function selectMessages(sizes: readonly MessageSize[], { mode, maxBytes, toolCount = 0 }: Room): ShownMessage[] {
  const added: number[] = [];
  for (let index = sizes.length - 1; index >= 0; index--) if (sizes[index]?.isNew) added.push(index);
  if (mode === "delta") return added.map(whole);
  const order = added.length === sizes.length ? added : withOlder(sizes, added);
  if (mode === "full" || fits(sizes, { maxBytes, toolCount })) return order.map(whole);
  return fill(sizes, { order, maxBytes, toolCount });
}

/** Sets behind the new messages system and task, then the others from the newest on. */
function withOlder(sizes: readonly MessageSize[], added: readonly number[]): number[] {
  const order = new Set(added);
  for (const first of ["system", "user"]) {
    const index = sizes.findIndex(({ role }) => role === first);
    if (index >= 0) order.add(index);
  }
  for (let index = sizes.length - 1; index >= 0; index--) order.add(index);
  return [...order];
}

function whole(index: number): ShownMessage {
  return { index, isCut: false };
}

interface Left {
  readonly maxBytes: number;
  readonly toolCount: number;
}

function fits(sizes: readonly MessageSize[], { maxBytes, toolCount }: Left): boolean {
  let attributesLeft = MAX_ATTRIBUTES - toolCount;
  let leastLeft = maxBytes;
  for (const { text } of sizes) {
    attributesLeft -= text.entries.length;
    leastLeft -= text.mostBytes;
  }
  if (attributesLeft < 0 || leastLeft >= 0) return attributesLeft >= 0;
  return sizes.reduce((left, { text }) => left - text.bytes, maxBytes) >= 0;
}

function fill(
  sizes: readonly MessageSize[],
  { order, maxBytes, toolCount }: Left & { readonly order: readonly number[] },
): ShownMessage[] {
  const shown: ShownMessage[] = [];
  let [bytesLeft, attributesLeft] = [maxBytes, FILLED_ATTRIBUTES - toolCount];
  for (const index of order) {
    const size = sizes[index];
    if (!size) continue;
    const { text, isNew } = size;
    const attributes = text.entries.length;
    const isCut = !isNew && text.bytes > bytesLeft;
    // Cut only where there is no room for the whole.
    const taken = isCut ? text.cut().bytes : text.bytes;
    // A hole would be taken for the whole by whoever reads: past the first that has no room, nothing is shown.
    if (!isNew && (taken > bytesLeft || attributes > attributesLeft)) break;
    bytesLeft -= taken;
    attributesLeft -= attributes;
    shown.push({ index, isCut });
  }
  // What a tool gave tells nothing without the call that asked for it, which has no room.
  while (isKnownResult(sizes[shown.at(-1)?.index ?? -1])) shown.pop();
  return shown;
}

function isKnownResult(size: MessageSize | undefined): boolean {
  return size?.role === "tool" && !size.isNew;
}
