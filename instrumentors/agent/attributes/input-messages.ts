import { LLM_INPUT_MESSAGES, METADATA } from "@arizeai/openinference-semantic-conventions";
import { type Attributes, context } from "@opentelemetry/api";
import type { Message } from "../../../src/models/message.ts";
import { contextAttributes } from "../../shared/context-attributes.ts";
import { type MessagesMode, selectMessages, type ShownMessage } from "../../shared/message-budget.ts";
import { ledgerOf, type WrittenCall, writeMessage, type WrittenMessage } from "../message-ledger.ts";

/** Says how much of what a model is sent its span shows. */
export interface InputMessagesOptions {
  readonly messages: MessagesMode;
  /** What there is room for. */
  readonly maxBytes: number;
  readonly call: WrittenCall;
}

/**
 * Describes what a model was sent, under the true index of each message. What is not shown whole is told in `metadata`, beside what the caller has put there.
 *
 * `input_messages_total`: how many were sent. `input_messages_omitted`, `input_messages_cut`: `[first, last]` of those that are not shown, or not whole.
 * `input_messages_from`: where they stand, `[first, last, span id, first there]`: the messages first to last are those from "first there" on that the call
 * of that span was sent; where that one does not show them either, it says in turn where they stand.
 * `before`: what is to be set before messages, which may be lost where there is no room.
 */
export function inputMessageAttributes(
  messages: readonly Message[],
  { before = {}, ...options }: InputMessagesOptions & { readonly before?: Attributes },
): Attributes {
  const ledger = ledgerOf(context.active());
  const written = ledger
    ? ledger.write(messages, options.call)
    : messages.map((message) => writeMessage(message, options.call));
  const lastAnswer = messages.findLastIndex(({ role }) => role === "assistant");
  const knowsAll = ledger !== undefined || options.messages === "delta";
  const sizes = written.map(({ text, earlier }, index) => ({
    role: messages[index]?.role ?? "",
    bytes: text.bytes,
    cutBytes: () => text.cut().bytes,
    attributes: text.entries.length,
    // A call that belongs to no run has its newest messages for new: the others had calls of their own, so it seems.
    isNew: knowsAll ? !earlier : index > lastAnswer,
  }));
  const shown = selectMessages(sizes, { mode: options.messages, maxBytes: options.maxBytes });
  const isWhole = shown.length === messages.length && !shown.some(({ isCut }) => isCut);
  const attributes: Attributes = { ...(isWhole ? {} : { [METADATA]: withNote(noteOf(written, shown)) }), ...before };
  for (const { index, isCut } of shown) {
    const prefix = `${LLM_INPUT_MESSAGES}.${index}.`;
    const text = written[index]?.text;
    for (const [name, value] of (isCut ? text?.cut() : text)?.entries ?? []) attributes[prefix + name] = value;
  }
  return attributes;
}

function noteOf(written: readonly WrittenMessage[], shown: readonly ShownMessage[]) {
  const isCut = new Map(shown.map((message) => [message.index, message.isCut]));
  const indexes = [...written.keys()].filter((index) => isCut.get(index) !== false);
  const [omitted, cut] = [false, true].map((wanted) => indexes.filter((index) => isCut.has(index) === wanted));
  const ranges = (of: readonly number[] = []) => rangesOf(of, []).map(([first, last]) => [first, last]);
  return {
    input_messages_total: written.length,
    ...(omitted?.length ? { input_messages_omitted: ranges(omitted) } : {}),
    ...(cut?.length ? { input_messages_cut: ranges(cut) } : {}),
    input_messages_from: rangesOf(indexes, written).filter(([, , spanId]) => spanId !== undefined),
  };
}

type Range = [first: number, last: number, spanId?: string, firstThere?: number];

/** Joins indexes that follow one another; where it is known where they stand, those only that follow one another there too. */
function rangesOf(indexes: readonly number[], written: readonly WrittenMessage[]): Range[] {
  const ranges: Range[] = [];
  for (const index of indexes) {
    const { call, index: there } = written[index]?.earlier ?? {};
    const last = ranges.at(-1);
    const [first = 0, end = -2, spanId, firstThere] = last ?? [];
    const isNext = end === index - 1 && spanId === call?.spanId && sumOf(firstThere, index - first) === there;
    if (last && isNext) last[1] = index;
    else
      ranges.push(
        call?.spanId === undefined || there === undefined ? [index, index] : [index, index, call.spanId, there],
      );
  }
  return ranges;
}

function sumOf(start: number | undefined, distance: number): number | undefined {
  return start === undefined ? undefined : start + distance;
}

function withNote(note: object): string {
  const given = contextAttributes(context.active())[METADATA];
  return JSON.stringify({ ...(typeof given === "string" ? parse(given) : {}), ...note });
}

function parse(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : { metadata: value };
  } catch {
    return { metadata: json };
  }
}
