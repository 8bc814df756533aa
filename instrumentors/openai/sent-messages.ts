import { context, trace } from "@opentelemetry/api";
import { type MessageEntry, type MessageText, messageText } from "../shared/message-text.ts";
import type { MessagePlace, SendingCall, SentMessage } from "../shared/shown-messages.ts";
import { type WireMessage, wireMessageEntries } from "./wire-message.ts";

interface Sending {
  readonly traceId: string;
  readonly text: MessageText;
  readonly place: MessagePlace;
}

/** Whoever goes on with a conversation sends the same objects again, mostly; so a message is known by the object, as long as it says the same. */
const sendings = new WeakMap<object, Sending>();

/** Writes down what a call sends, in the same order, each message with what is known of it from earlier calls of the same trace. */
export function sentMessages(messages: readonly WireMessage[], { maxImageLength }: SendingCall): SentMessage[] {
  const traceId = trace.getSpanContext(context.active())?.traceId;
  const sent = messages.map((message): SentMessage => {
    const { role, source } = message;
    const entries = wireMessageEntries(message);
    const before = source && sendings.get(source);
    const known = before && before.traceId === traceId && isSame(before.text.entries, entries) ? before : undefined;
    const { text, place } = known ?? { text: messageText(entries, maxImageLength), place: {} };
    // Newer models are told by a "developer" what others are by the system.
    return { role: role === "developer" ? "system" : role, text, place, isKnown: known !== undefined };
  });
  for (const [index, { source }] of messages.entries()) {
    const message = sent[index];
    // A call that has no parent has a trace of its own.
    if (source && traceId && message && !message.isKnown) sendings.set(source, { traceId, ...message });
  }
  return sent;
}

function isSame(left: readonly MessageEntry[], right: readonly MessageEntry[]): boolean {
  if (left.length !== right.length) return false;
  return left.every(([name, text], index) => right[index]?.[0] === name && right[index][1] === text);
}
