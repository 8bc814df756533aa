import { LLM_INPUT_MESSAGES, METADATA } from "@arizeai/openinference-semantic-conventions";
import { context } from "@opentelemetry/api";
import { AttributeList } from "./attribute-list.ts";
import { contextAttributes } from "./context-attributes.ts";
import { type MessagesMode, selectMessages, type ShownMessage } from "./message-budget.ts";
import { itemKeys } from "./item-keys.ts";
import type { MessageText } from "./message-text.ts";

/** A call whose messages are told of. */
export interface SendingCall {
  /** How long the `data:` URL of an image may be: a longer one will not be exported. */
  readonly maxImageLength: number;
  /** Known as soon as the call goes on. */
  spanId?: string | undefined;
  /** Which messages its span shows whole, by their index. */
  readonly whole: Map<number, MessagePlace>;
  /** Calls of which each was sent what the one before it was, and more, share it; undefined where that is not known. */
  history?: object | undefined;
}

/** Is where a message stands whole: in the first call whose span shows it so. All calls that send the message share it. */
export interface MessagePlace {
  first?: { readonly call: SendingCall; readonly index: number };
}

/** Is a message that a call sends. */
export interface SentMessage {
  readonly role: string;
  readonly text: MessageText;
  /** Whether a call before this one sent it, as far as that is known. */
  readonly isKnown: boolean;
  readonly place: MessagePlace;
}

interface ShownOptions {
  readonly mode: MessagesMode;
  /** What there is room for. */
  readonly maxBytes: number;
  /** Whether all that was sent before is known. If not, what follows the last answer is taken for new: the rest had calls of its own, so it seems. */
  readonly knowsAll: boolean;
  /** The tools that the model is offered: set before older messages, which other spans show, and behind new ones. */
  readonly before: AttributeList;
  readonly call: SendingCall;
}

/**
 * Describes what a model was sent, under the true index of each message. What is not shown whole is told in `metadata`, beside what the caller has put there.
 *
 * `input_messages_total`: how many were sent. `input_messages_omitted`, `input_messages_cut`: `[first, last]` of those that are not shown, or not whole.
 * `input_messages_from`: which spans show them whole, as `{ first, last, span_id, first_there }`: the messages first to last are those from "first_there" on
 * that stand in that span. Where that would take too many ranges, the oldest one names the span that shows its last message, and tells of the others in turn.
 */
export function shownMessageAttributes(
  sent: readonly SentMessage[],
  { mode, maxBytes, knowsAll, before, call }: ShownOptions,
): AttributeList {
  const lastAnswer = sent.findLastIndex(({ role }) => role === "assistant");
  const sizes = sent.map(({ role, text, isKnown }, index) => ({
    role,
    text,
    isNew: knowsAll ? !isKnown : index > lastAnswer,
  }));
  const shown = selectMessages(sizes, { mode, maxBytes, toolCount: before.keys.length });
  const isWhole = shown.length === sent.length && !shown.some(({ isCut }) => isCut);
  const list = new AttributeList();
  if (!isWhole) list.add(METADATA, withNote(noteOf(sent, { shown, call })));
  const firstOld = shown.findIndex(({ index }) => !sizes[index]?.isNew);
  for (const [position, { index, isCut }] of shown.entries()) {
    const message = sent[index];
    if (!message) continue;
    if (position === firstOld) list.addAll(before);
    const { text, place } = message;
    const keyOf = itemKeys(LLM_INPUT_MESSAGES, index);
    for (const [name, value] of (isCut ? text.cut() : text).entries) list.add(keyOf(name), value);
    if (isCut) continue;
    place.first ??= { call, index };
    // Where all are shown, each in every span, the first one is enough.
    if (mode !== "full" || place.first.call === call) call.whole.set(index, place);
  }
  if (firstOld < 0) list.addAll(before);
  return list;
}

interface Shown {
  readonly shown: readonly ShownMessage[];
  readonly call: SendingCall;
}

function noteOf(sent: readonly SentMessage[], { shown, call }: Shown) {
  const isCut = new Map(shown.map((message) => [message.index, message.isCut]));
  const indexes = [...sent.keys()].filter((index) => isCut.get(index) !== false);
  const [omitted, cut] = [false, true].map((wanted) => indexes.filter((index) => isCut.has(index) === wanted));
  return {
    input_messages_total: sent.length,
    ...(omitted?.length ? { input_messages_omitted: rangesOf(omitted) } : {}),
    ...(cut?.length ? { input_messages_cut: rangesOf(cut) } : {}),
    input_messages_from: sourcesOf(sent, { indexes, history: call.history }),
  };
}

type Range = [first: number, last: number];

/** Joins indexes that follow one another. */
function rangesOf(indexes: readonly number[]): Range[] {
  const ranges: Range[] = [];
  for (const index of indexes) {
    const last = ranges.at(-1);
    if (last?.[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges;
}

interface Told {
  readonly indexes: readonly number[];
  readonly history: object | undefined;
}

/** With few messages in a span, all ranges of a long run would be more than the messages. */
const MAX_SOURCES = 20;

/**
 * Names the spans that show messages whole, in as few ranges as will do.
 *
 * From the newest on: the span in which a message was new shows what came before it as well, as much as there was room for.
 */
function sourcesOf(sent: readonly SentMessage[], { indexes, history }: Told) {
  const sources = [];
  const left = new Set(indexes);
  for (const last of indexes.toReversed()) {
    const home = left.delete(last) ? sent[last]?.place.first : undefined;
    if (home?.call.spanId === undefined) continue;
    const { call, index: lastThere } = home;
    const isTold = sources.length >= MAX_SOURCES && history !== undefined && call.history === history;
    const isThere = (index: number): boolean =>
      isTold || call.whole.get(lastThere + index - last) === sent[index]?.place;
    let first = last;
    while (left.has(first - 1) && isThere(first - 1)) left.delete(--first);
    sources.push({ first, last, span_id: call.spanId, first_there: lastThere + first - last });
  }
  return sources.toReversed();
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
