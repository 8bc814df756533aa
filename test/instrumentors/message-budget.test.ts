import { describe, expect, it } from "vitest";
import { type MessageSize, type MessagesMode, selectMessages } from "../../instrumentors/shared/message-budget.ts";
import { cutText } from "../../instrumentors/shared/message-text.ts";

/** A message of two attributes, which takes 10 bytes when it is cut. */
function message(role: string, { bytes = 100, isNew = false } = {}): MessageSize {
  const entries = [
    ["message.role", role],
    ["message.content", "said"],
  ] as const;
  return { role, text: { entries, bytes, mostBytes: bytes + 200, cut: () => ({ entries, bytes: 10 }) }, isNew };
}

/** As `0 1~ 2`: in the order of being set, a cut one with a tilde. */
function shown(
  sizes: readonly MessageSize[],
  { mode = "budget", maxBytes = 300 }: { mode?: MessagesMode; maxBytes?: number } = {},
) {
  return selectMessages(sizes, { mode, maxBytes })
    .map(({ index, isCut }) => `${index}${isCut ? "~" : ""}`)
    .join(" ");
}

const system = message("system");
const task = message("user");
const answer = message("assistant");
const observed = message("tool");
const fresh = message("tool", { isNew: true });

describe("selectMessages", () => {
  it.each([
    ["all messages while there is room, those first that must not be lost", [system, task, fresh], {}, "2 0 1"],
    [
      "system, task and the newest where there is none",
      [system, task, answer, observed, fresh],
      { maxBytes: 500 },
      "4 0 1 3 2",
    ],
    ["no result of a tool without its call", [system, task, answer, observed, fresh], { maxBytes: 400 }, "4 0 1"],
    ["new results without their call", [system, answer, fresh, fresh], { maxBytes: 300 }, "3 2 0"],
    ["older ones cut", [system, task, answer, observed, answer, fresh], { maxBytes: 420 }, "5 0 1 4 3~ 2~"],
    ["nothing past the first that has no room", [system, task, answer, observed, fresh], { maxBytes: 305 }, "4 0 1"],
    ["new messages whole, whatever they take", [system, task, message("tool", { isNew: true, bytes: 900 })], {}, "2"],
    ["a system prompt that is too long cut", [message("system", { bytes: 900 }), task, fresh], {}, "2 0~ 1"],
    [
      "80 attributes where there are more than 100",
      [system, task, ...Array.from({ length: 60 }, () => answer)],
      { maxBytes: 1e6 },
      `0 1 ${Array.from({ length: 38 }, (_, index) => 61 - index).join(" ")}`,
    ],
    [
      "96 attributes, which fit as soon as they are measured",
      Array.from({ length: 48 }, () => answer),
      { maxBytes: 4800 },
      Array.from({ length: 48 }, (_, index) => 47 - index).join(" "),
    ],
    ["all of them, if told to", [system, task, answer, fresh], { mode: "full", maxBytes: 1 }, "3 0 1 2"],
    ["new ones only, if told to", [system, task, answer, fresh, fresh], { mode: "delta" }, "4 3"],
    ["nothing of nothing", [], {}, ""],
  ] as const)("shows %s", (_what, sizes, room, order) => {
    expect(shown(sizes, room)).toBe(order);
  });
});

describe("cutText", () => {
  it("cuts the middle of a long text, with a mark", () => {
    expect(cutText(`${"a".repeat(2000)}z`)).toMatch(/^a{500}\n… \[1001 characters were cut out here\] …\na{499}z$/);
  });

  it("leaves a short text alone, and no half of an image", () => {
    expect(cutText("short")).toBe("short");
    expect(cutText(`data:image/png;base64,${"A".repeat(2000)}`)).toBe("[2022 characters of data were left out here]");
  });
});
