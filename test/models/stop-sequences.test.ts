import { describe, expect, it } from "vitest";
import { acceptsStop } from "../../src/models/openai-wire.ts";
import { cutAtStop, filterStops } from "../../src/models/stop-sequences.ts";

describe("acceptsStop", () => {
  it.each(["gpt-4o", "gpt-4.1-mini", "gemma-3-270m", "qwen/qwen3-32b", "grok-2-1212", "foo1", "o2-mini", "o1x"])(
    "lets %s have it",
    (modelId) => {
      expect(acceptsStop(modelId)).toBe(true);
    },
  );

  it.each([
    "o1",
    "o3-mini",
    "o4-mini-2025-04-16",
    "gpt-5",
    "gpt-5-mini",
    "openai/gpt-5.1",
    "grok-4",
    "x-ai/grok-4-fast",
  ])("spares %s", (modelId) => {
    expect(acceptsStop(modelId)).toBe(false);
  });
});

describe("cutAtStop", () => {
  it("cuts before the stop sequence that is complete first", () => {
    expect(cutAtStop("one two three", ["three", "two"])).toBe("one ");
  });

  it("leaves a text without one as it is", () => {
    expect(cutAtStop("one two", ["three", ""])).toBe("one two");
  });
});

describe("filterStops", () => {
  it.each([
    ["one two</code> three", ["</code>"]],
    ["a < b </cod and </code", ["</code>", "Observation:"]],
    ["xabcx", ["abcd", "b"]],
    ["aab", ["ab"]],
    ["ababac", ["abac"]],
    ["no stop at all", []],
  ])("passes on what is left when %j is cut at %j, however it comes in pieces", (text, stopSequences) => {
    for (let first = 0; first <= text.length; first += 1) {
      for (let second = first; second <= text.length; second += 1) {
        let passed = "";
        const { push, end } = filterStops((piece) => (passed += piece), stopSequences);

        for (const piece of [text.slice(0, first), text.slice(first, second), text.slice(second)]) push(piece);
        end();

        expect(passed).toBe(cutAtStop(text, stopSequences));
      }
    }
  });

  it("passes on at once what cannot belong to a stop sequence", () => {
    const passed: string[] = [];
    const { push } = filterStops((piece) => passed.push(piece), ["</code>"]);

    push("a <");
    push("b> c");

    expect(passed).toEqual(["a ", "<b> c"]);
  });
});
