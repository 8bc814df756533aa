import { createContextKey, type Context } from "@opentelemetry/api";
import { toJson } from "../../src/describe.ts";
import { type Content, type Message, textOf, type ToolCall } from "../../src/models/message.ts";
import { type MessageText, messageText } from "../shared/message-text.ts";
import type { MessagePlace, SendingCall, SentMessage } from "../shared/shown-messages.ts";
import { messageEntries } from "./attributes/messages.ts";

const LEDGER_KEY = createContextKey("vitrine message ledger");

/** Gives a context in which the model calls of a run share a ledger. */
export function withLedger(context: Context): Context {
  return context.setValue(LEDGER_KEY, new MessageLedger());
}

/** Writes down a message that belongs to no run. */
export function writeMessage(message: Message, { maxImageLength }: SendingCall): SentMessage {
  const text = messageText(messageEntries(message), maxImageLength);
  return { role: message.role, text, isKnown: false, place: {} };
}

/** Finds the ledger of the run that goes on; undefined for a call that belongs to none. */
export function ledgerOf(context: Context): MessageLedger | undefined {
  const ledger = context.getValue(LEDGER_KEY);
  return ledger instanceof MessageLedger ? ledger : undefined;
}

/**
 * Keeps the messages of a run as they are written, and where: each step sends all of them again.
 *
 * Memory makes new objects each time, so messages are known by what they say. Most stand where they stood in the call before; the rest is looked up.
 */
export class MessageLedger {
  #last: readonly Line[] = [];
  #history = {};
  readonly #lines = new Map<string, Line[]>();

  /** Writes down what a call sends, and gives it as it is written, in the same order. */
  write(messages: readonly Message[], call: SendingCall): SentMessage[] {
    const lines = messages.map((message, index) => {
      const before = this.#last[index];
      return before && isSame(before.message, message) ? before : this.#find(message, call);
    });
    const written = lines.map(({ message: { role }, text, place, isKnown }) => ({ role, text, place, isKnown }));
    for (const line of lines) line.isKnown = true;
    if (!this.#last.every((line, index) => lines[index] === line)) this.#history = {};
    call.history = this.#history;
    this.#last = lines;
    return written;
  }

  #find(message: Message, { maxImageLength }: SendingCall): Line {
    const key = keyOf(message);
    const known = this.#lines.get(key) ?? [];
    const found = known.find((line) => isSame(line.message, message));
    if (found) return found;
    const line = {
      message: copyOf(message),
      text: messageText(messageEntries(message), maxImageLength),
      place: {},
      isKnown: false,
    };
    this.#lines.set(key, [...known, line]);
    return line;
  }
}

interface Line {
  readonly message: Message;
  readonly text: MessageText;
  readonly place: MessagePlace;
  isKnown: boolean;
}

const KEY_LENGTH = 32;

/** Callers may change what they have sent. */
function copyOf(message: Message): Message {
  const { content }: { content: Content } = message;
  return typeof content === "string" || message.role === "system" || message.role === "assistant"
    ? { ...message }
    : { ...message, content: content.map((part) => ({ ...part })) };
}

/** Tells most messages apart, and is short: whole texts take long to look up. */
function keyOf(message: Message): string {
  if (message.role === "tool") return message.toolCallId;
  const [call] = message.role === "assistant" ? message.toolCalls : [];
  const text = textOf(message.content);
  return call?.id || `${text.length} ${text.slice(0, KEY_LENGTH)} ${text.slice(-KEY_LENGTH)}`;
}

function isSame(left: Message, right: Message): boolean {
  if (left.role !== right.role || !isSameContent(left.content, right.content)) return false;
  if (left.role === "tool" && right.role === "tool")
    return left.toolCallId === right.toolCallId && left.toolName === right.toolName;
  if (left.role !== "assistant" || right.role !== "assistant") return true;
  return left.reasoning === right.reasoning && areSameCalls(left.toolCalls, right.toolCalls);
}

function isSameContent(left: Content, right: Content): boolean {
  if (typeof left === "string" || typeof right === "string") return left === right;
  if (left.length !== right.length) return false;
  return left.every((part, index) => {
    const other = right[index];
    if (part.type === "image") return other?.type === "image" && other.url === part.url;
    return other?.type === "text" && other.text === part.text;
  });
}

function areSameCalls(left: readonly ToolCall[], right: readonly ToolCall[]): boolean {
  if (left.length !== right.length) return false;
  return left.every(({ id, name, arguments: input }, index) => {
    const other = right[index];
    if (other?.id !== id || other.name !== name) return false;
    return other.arguments === input || toJson(other.arguments) === toJson(input);
  });
}
