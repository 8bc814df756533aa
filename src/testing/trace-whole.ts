import { ConfigurationError } from "../errors.ts";
import type { Message } from "../models/message.ts";
import { type AttributeTree, isTree, itemsAt, jsonAt, numberAt, valueAt } from "./trace-attributes.ts";
import { LEFT_OUT } from "./trace-likeness.ts";
import { readMessage } from "./trace-messages.ts";
import type { TraceSpan } from "./trace-span.ts";

/** What the span of a call holds of the messages that were sent; the rest stands in the spans of earlier calls. */
interface Excerpt {
  readonly total: number;
  /** By their index in the request. */
  readonly messages: ReadonlyMap<number, Message>;
  readonly isCut: (index: number) => boolean;
  readonly from: readonly Source[];
  /** What was found out so far; undefined for what is whole nowhere. */
  readonly found: Map<number, Message | undefined>;
}

/** Says that the messages `first` to `last` are those of another span's call, from `firstThere` on. */
interface Source {
  readonly first: number;
  readonly last: number;
  readonly spanId: string;
  readonly firstThere: number;
}

/**
 * Gives the messages that each call was sent, whole: those that a limit left out or cut are taken from the spans that the metadata names.
 *
 * A message that is whole nowhere stays cut; one that is nowhere at all is LEFT_OUT. Errors: ConfigurationError for a call whose messages are hidden.
 */
export function wholeMessages(calls: readonly TraceSpan[]): (call: TraceSpan) => readonly Message[] {
  const excerpts = new Map(calls.map((call) => [call, excerptOf(call.attributes)]));
  const byId = new Map(calls.map((call) => [call.spanId, excerpts.get(call)]));
  return (call) => {
    const excerpt = excerpts.get(call);
    if (!excerpt || isHidden(call, excerpt)) throw new ConfigurationError(hidden(call));
    return Array.from({ length: excerpt.total }, (_, index) => {
      return findWhole(excerpt, { index, byId }) ?? excerpt.messages.get(index) ?? UNKNOWN;
    });
  };
}

const UNKNOWN: Message = { role: "user", content: LEFT_OUT };

interface Place {
  readonly index: number;
  readonly byId: ReadonlyMap<string | undefined, Excerpt | undefined>;
}

/** Follows the notes from span to span. */
function findWhole(excerpt: Excerpt, { index, byId }: Place): Message | undefined {
  const { messages, isCut, from, found } = excerpt;
  if (messages.has(index) && !isCut(index)) return messages.get(index);
  if (found.has(index)) return found.get(index);
  // Notes that lead in a circle end here.
  found.set(index, undefined);
  const source = from.find(({ first, last }) => first <= index && index <= last);
  const there = source && byId.get(source.spanId);
  const message = there && findWhole(there, { index: source.firstThere + index - source.first, byId });
  found.set(index, message);
  return message;
}

function excerptOf(attributes: AttributeTree): Excerpt {
  const items = [...itemsAt(attributes, "llm.input_messages")];
  const metadata = jsonAt(attributes, "metadata");
  const noted = isTree(metadata) ? metadata : {};
  const total = numberAt(noted, "input_messages_total") ?? (items.at(-1)?.[0] ?? -1) + 1;
  const [omitted, cut] = [listAt(noted, "input_messages_omitted"), listAt(noted, "input_messages_cut")];
  const kept = Array.from({ length: total }, (_, index) => index).filter((index) => !isIn(omitted, index));
  // Phoenix counts anew where indices are missing.
  const isRenumbered = items.length === kept.length;
  const messages = items.map(([index, item], nth): [number, Message] => {
    return [isRenumbered ? (kept[nth] ?? index) : index, readMessage(item)];
  });
  const from = listAt(noted, "input_messages_from").flatMap(sourceOf);
  return { total, messages: new Map(messages), isCut: (index) => isIn(cut, index), from, found: new Map() };
}

function listAt(noted: AttributeTree, name: string): readonly unknown[] {
  const list = valueAt(noted, name);
  return Array.isArray(list) ? list : [];
}

function isIn(ranges: readonly unknown[], index: number): boolean {
  return ranges.some((range) => Array.isArray(range) && Number(range[0]) <= index && index <= Number(range[1]));
}

function sourceOf(source: unknown): Source[] {
  if (!isTree(source)) return [];
  const { first, last, span_id: spanId, first_there: firstThere } = source;
  if (typeof first !== "number" || typeof last !== "number" || typeof firstThere !== "number") return [];
  return typeof spanId === "string" ? [{ first, last, spanId, firstThere }] : [];
}

/** The newest message is the input of the span, unless there is none. */
function isHidden({ attributes }: TraceSpan, { total }: Excerpt): boolean {
  return total === 0 && valueAt(attributes, "input.value") !== undefined;
}

function hidden({ name, spanId }: TraceSpan): string {
  return `What "${name}" (span ${spanId ?? "without an id"}) was asked is not in the trace: masks have hidden it. Only a trace that holds it can be run again.`;
}
