import { describe } from "../describe.ts";
import type { Message } from "../models/message.ts";
import type { GenerateRequest } from "../models/model.ts";
import { isLike, LEFT_OUT } from "./trace-likeness.ts";

/** What tells a request from others: what its messages say, in order, and the names of its tools. */
export interface RequestMark {
  readonly messages: readonly MessageMark[];
  readonly tools: string;
}

interface MessageMark {
  readonly role: string;
  readonly pieces: readonly Piece[];
}

interface Piece {
  readonly kind: string;
  readonly text: string;
}

/** Where two requests differ first. `position` counts equal characters there. */
export interface Difference {
  readonly message: number;
  readonly position: number;
  readonly text: string;
}

/**
 * Makes the mark of a request. Parameters, reasoning and the ids of calls are no part of it, nor is the order of the tools.
 *
 * Characters that backends replace, NUL and lone surrogates, are replaced here too.
 */
export function markOf({ messages, tools, promptTools = [] }: GenerateRequest): RequestMark {
  const names = (tools ?? promptTools).map(({ name }) => name).toSorted();
  return { messages: messages.map(messageMark), tools: names.join(", ") };
}

/** Finds where a request differs from a recorded one; undefined if it does not. What masks or limits took of the recorded one may have been anything, tools included. */
export function findDifference(recorded: RequestMark, asked: RequestMark): Difference | undefined {
  const shared = Math.min(recorded.messages.length, asked.messages.length);
  for (let index = 0; index < shared; index++) {
    const [was, is] = [recorded.messages[index], asked.messages[index]];
    const found = was && is && messageDifference(was, is);
    if (found) return { message: index, ...found };
  }
  if (recorded.messages.length !== asked.messages.length) {
    const text = `the recorded one has ${recorded.messages.length} messages, this one ${asked.messages.length}`;
    return { message: shared, position: 0, text };
  }
  if (recorded.tools === asked.tools || recorded.tools === "") return undefined;
  const text = `the recorded one offers the tools ${recorded.tools}, this one ${asked.tools || "none"}`;
  return { message: shared, position: 1, text };
}

function messageMark(message: Message): MessageMark {
  const { role, content } = message;
  const parts = typeof content === "string" ? [{ type: "text", text: content } as const] : content;
  const said = parts.map((part): Piece => {
    return part.type === "text" ? { kind: "text", text: clean(part.text) } : { kind: "image", text: part.url };
  });
  const calls = role === "assistant" ? message.toolCalls : [];
  const asked = calls.map(({ name, arguments: input }): Piece => {
    return { kind: `call of ${name}`, text: clean(describe(input)) };
  });
  return { role, pieces: [...said.filter(({ text }) => text !== ""), ...asked] };
}

function clean(text: string): string {
  return text.replaceAll(/[\0␀\p{Surrogate}]/gu, "\uFFFD");
}

function messageDifference(recorded: MessageMark, asked: MessageMark): Omit<Difference, "message"> | undefined {
  if (recorded.pieces[0]?.text === LEFT_OUT) return undefined;
  if (recorded.role !== asked.role) {
    return { position: 0, text: `the recorded one is of the ${recorded.role}, this one of the ${asked.role}` };
  }
  const count = Math.max(recorded.pieces.length, asked.pieces.length);
  for (let index = 0, position = 0; index < count; index++) {
    const [was, is] = [recorded.pieces[index], asked.pieces[index]];
    if (!was || !is || was.kind !== is.kind) {
      return { position, text: `the recorded one has ${kindOf(was)} there, this one ${kindOf(is)}` };
    }
    const at = unequalAt(was.text, is.text);
    if (at !== undefined && !isLike(was.text, is.text))
      return { position: position + at, text: `${was.kind}, ${excerpts(was.text, is.text, at)}` };
    position += is.text.length;
  }
  return undefined;
}

function kindOf(piece: Piece | undefined): string {
  return piece ? piece.kind : "nothing";
}

function unequalAt(left: string, right: string): number | undefined {
  if (left === right) return undefined;
  let index = 0;
  while (index < left.length && left[index] === right[index]) index += 1;
  return index;
}

function excerpts(recorded: string, asked: string, at: number): string {
  return `character ${at}: recorded ${excerpt(recorded, at)}, asked ${excerpt(asked, at)}`;
}

function excerpt(text: string, at: number): string {
  const [start, end] = [Math.max(0, at - 30), at + 50];
  return JSON.stringify(`${start > 0 ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`);
}
