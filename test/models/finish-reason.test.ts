import { describe, expect, it } from "vitest";
import { isCutOff } from "../../src/models/finish-reason.ts";

describe("isCutOff", () => {
  it.each(["length", "max_tokens", "MAX_TOKENS", "max_output_tokens", "model_length", "model_context_window_exceeded"])(
    "knows that %s is the end of the room, not of the answer",
    (finishReason) => {
      expect(isCutOff(finishReason)).toBe(true);
    },
  );

  it.each(["stop", "tool_calls", "content_filter", "end_turn", "", undefined])("lets %j be an end", (finishReason) => {
    expect(isCutOff(finishReason)).toBe(false);
  });
});
