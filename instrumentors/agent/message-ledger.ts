import { createContextKey, type Context } from "@opentelemetry/api";
import { toJson } from "../../src/describe.ts";
import { type Content, type Message, textOf, type ToolCall } from "../../src/models/message.ts";
import { cutText } from "../shared/message-budget.ts";
import { type MessageEntry, messageEntries } from "./attributes/messages.ts";

/** A call whose messages are told of. */
export interface WrittenCall {
  /** How long the `data:` URL of an image may be: a longer one will not be exported. */
  readonly maxImageLength: number;
  /** Known as soon as the call goes on. */
  spanId?: string | undefined;
}

/** What is written of a message. */
interface Written {
  readonly entries: readonly MessageEntry[];
  /** In UTF-8, with room for keys. */
  readonly bytes: number;
}

/** A message as it is written, made once however often it is sent. */
interface MessageText extends Written {
  /** With long texts cut in the middle. */
  readonly cut: () => Written;
}

/** A message that a call sends. */
export interface WrittenMessage {
  readonly text: MessageText;
  /** The last call before this one that sent it, and its index there. */
  readonly earlier: { readonly call: WrittenCall; readonly index: number } | undefined;
}

const LEDGER_KEY = createContextKey("vitrine message ledger");

/** Gives a context in which the model calls of a run share a ledger. */
export function withLedger(context: Context): Context {
  return context.setValue(LEDGER_KEY, new MessageLedger());
}

/** Writes down a message that belongs to no run. */
export function writeMessage(message: Message, { maxImageLength }: WrittenCall): WrittenMessage {
  return { text: textOfMessage(message, maxImageLength), earlier: undefined };
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
  readonly #lines = new Map<string, Line[]>();

  /** Writes down what a call sends, and gives it as it is written, in the same order. */
  write(messages: readonly Message[], call: WrittenCall): WrittenMessage[] {
    const lines = messages.map((message, index) => {
      const before = this.#last[index];
      return before && isSame(before.message, message) ? before : this.#find(message, call);
    });
    const written = lines.map(({ text, place: earlier }) => ({ text, earlier }));
    for (const [index, line] of lines.entries()) line.place = { call, index };
    this.#last = lines;
    return written;
  }

  #find(message: Message, { maxImageLength }: WrittenCall): Line {
    const key = keyOf(message);
    const known = this.#lines.get(key) ?? [];
    const found = known.find((line) => isSame(line.message, message));
    if (found) return found;
    const line = { message: copyOf(message), text: textOfMessage(message, maxImageLength), place: undefined };
    this.#lines.set(key, [...known, line]);
    return line;
  }
}

interface Line {
  readonly message: Message;
  readonly text: MessageText;
  place: { readonly call: WrittenCall; readonly index: number } | undefined;
}

/** What a key and the framing of an attribute take, about. */
const KEY_BYTES = 64;
const KEY_LENGTH = 32;

function textOfMessage(message: Message, maxImageLength: number): MessageText {
  const entries = messageEntries(message);
  let cut: Written | undefined;
  return { ...measured(entries, maxImageLength), cut: () => (cut ??= measured(entries.map(cutEntry), maxImageLength)) };
}

function cutEntry([name, text]: MessageEntry): MessageEntry {
  return [name, cutText(text)];
}

function measured(entries: readonly MessageEntry[], maxImageLength: number): Written {
  const length = (text: string): number =>
    text.length > maxImageLength && text.startsWith("data:") ? 0 : Buffer.byteLength(text);
  return { entries, bytes: entries.reduce((sum, [, text]) => sum + length(text) + KEY_BYTES, 0) };
}

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
