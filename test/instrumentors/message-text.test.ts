import { describe, expect, it } from "vitest";
import { inputAttributes } from "../../instrumentors/shared/text.ts";
import { messageText } from "../../instrumentors/shared/message-text.ts";

const DATA = "A".repeat(40_000);

describe("the size of a message", () => {
  it.each([
    ["sound, which is exported", `data:audio/wav;base64,${DATA}`, 40_000],
    ["a file, which is exported", `data:application/pdf;base64,${DATA}`, 40_000],
    ["a picture that is text, which is exported", `data:image/svg+xml,${DATA}`, 40_000],
  ])("counts %s", (_what, text, atLeast) => {
    expect(messageText([["message.content", text]], 32_000).bytes).toBeGreaterThan(atLeast);
  });

  it.each([
    ["alone", `data:image/png;base64,${DATA}`],
    ["inside of a text", `See data:image/png;base64,${DATA} there`],
  ])("does not count an image that is too long to be exported, %s", (_where, text) => {
    expect(messageText([["message.content", text]], 32_000).bytes).toBeLessThan(200);
  });

  it.each(["short", "é€😀", "\ud83d", "\0\n", DATA])("is never more than what it could take at most: %j", (text) => {
    const { bytes, mostBytes } = messageText([["message.content", text]], 32_000);
    expect(mostBytes).toBeGreaterThanOrEqual(bytes);
  });
});

describe("what goes in", () => {
  it.each(["base64", "BASE64"])(
    "has a few words in the place of sound and files, which the messages hold: %s",
    (mark) => {
      const parts = [{ type: "audio", url: `data:audio/wav;${mark},${DATA}` }];
      expect(inputAttributes(parts)["input.value"]).toBe(
        '[{"type":"audio","url":"[40022 characters of data were left out here]"}]',
      );
    },
  );

  it("keeps images, which masks look after, and short data", () => {
    const text = `data:image/png;base64,${DATA} data:audio/wav;base64,AAAA`;
    expect(inputAttributes(text)["input.value"]).toBe(text);
  });
});
