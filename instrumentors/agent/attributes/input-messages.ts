import { context } from "@opentelemetry/api";
import type { Message } from "../../../src/models/message.ts";
import { AttributeList } from "../../shared/attribute-list.ts";
import type { MessagesMode } from "../../shared/message-budget.ts";
import { type SendingCall, shownMessageAttributes } from "../../shared/shown-messages.ts";
import { ledgerOf, writeMessage } from "../message-ledger.ts";

/** Says how much of what a model is sent its span shows. */
export interface InputMessagesOptions {
  readonly messages: MessagesMode;
  /** What there is room for. */
  readonly maxBytes: number;
  readonly call: SendingCall;
}

/** Describes what a model was sent, as `shownMessageAttributes` does. `before`: what is to be set before messages. */
export function inputMessageAttributes(
  messages: readonly Message[],
  {
    messages: mode,
    maxBytes,
    call,
    before = new AttributeList(),
  }: InputMessagesOptions & { readonly before?: AttributeList },
): AttributeList {
  const ledger = ledgerOf(context.active());
  const sent = ledger?.write(messages, call) ?? messages.map((message) => writeMessage(message, call));
  const knowsAll = ledger !== undefined || mode === "delta";
  return shownMessageAttributes(sent, { mode, maxBytes, knowsAll, before, call });
}
