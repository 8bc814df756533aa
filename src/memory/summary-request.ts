import type { Message } from "../models/message.ts";
import { messageText } from "./message-text.ts";
import type { Step } from "./steps.ts";
import { toMessages } from "./to-messages.ts";

const INTRODUCTION =
  "You keep the notes of an agent that works on a task step by step. Sum up for the agent what it has done so far, so that it can go on without reading the steps again. " +
  "Keep every fact, number, name, link, variable and file that it may still need, word for word; say what was tried and failed, and why; leave out what leads nowhere. " +
  "Do not go on with the task yourself. Write the notes only, no introduction.";

/** Asks for a summary of steps as text: calls need no answers there, and an endpoint no tools. Goes on from the summary of what was before, if there is one. */
export function summaryRequest({
  previous,
  steps,
}: {
  readonly previous: string | undefined;
  readonly steps: readonly Step[];
}): Message[] {
  const told = steps.filter(({ type }) => type === "task" || type === "action");
  const parts = [
    ...(previous === undefined ? [] : [`Your notes so far, to be kept and extended:\n${previous}`]),
    `What happened ${previous === undefined ? "so far" : "since"}:\n${toMessages(told, { showImages: false }).map(messageText).join("\n\n")}`,
  ];
  return [
    { role: "system", content: INTRODUCTION },
    { role: "user", content: parts.join("\n\n") },
  ];
}
