import { describe, expect, it } from "vitest";
import type { Message } from "vitrine";
import { MessageLedger } from "../../instrumentors/agent/message-ledger.ts";

const image = { type: "image", url: "https://example.com/a.png" } as const;

/** Memory makes new objects each time. */
function conversation(): Message[] {
  return [
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "text", text: "Where is this?" }, { ...image }] },
    { role: "assistant", content: "", toolCalls: [{ id: "call_1", name: "look", arguments: { at: "map" } }] },
    { role: "tool", toolCallId: "call_1", toolName: "look", content: "Spain" },
  ];
}

/** Writes down two calls, and says of each message of the second one as which of the first one it stands there: the very same text. */
function sameTexts(first: readonly Message[], second: readonly Message[]): number[] {
  const ledger = new MessageLedger();
  const call = { maxImageLength: 32_000, whole: new Map() };
  const texts = ledger.write(first, call).map(({ text }) => text);
  return ledger.write(second, call).map(({ text }) => texts.indexOf(text));
}

const answer: Message = { role: "assistant", content: "Madrid.", toolCalls: [] };

describe("a message is turned into strings once", () => {
  it("where the next call sends it again, and more", () => {
    expect(sameTexts(conversation(), [...conversation(), answer])).toEqual([0, 1, 2, 3, -1]);
  });

  it("where it stands elsewhere in the next call", () => {
    const [system, ...others] = conversation();
    expect(sameTexts(conversation(), [answer, ...others, ...(system ? [system] : [])])).toEqual([-1, 1, 2, 3, 0]);
  });

  it("unless it says something else", () => {
    const [system, task, , result] = conversation();
    const changed: Message[] = [
      { role: "assistant", content: "", toolCalls: [{ id: "call_1", name: "look", arguments: { at: "sky" } }] },
      { role: "user", content: [{ type: "text", text: "Where is this?" }] },
    ];
    const second = [system, task, ...changed, result].flatMap((message) => (message ? [message] : []));
    expect(sameTexts(conversation(), second)).toEqual([0, 1, -1, -1, 3]);
  });
});
