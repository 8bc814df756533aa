import { describe, expect, it } from "vitest";
import { checkSavedMemory } from "../../src/memory/check-saved-memory.ts";
import { action, everyStep } from "./steps.ts";

const RELEASE = "what has another was written by another release";

describe("checkSavedMemory", () => {
  it("finds nothing wrong with a step of each kind, nor with fields that it does not know", () => {
    expect(checkSavedMemory({ steps: [...everyStep, { ...action(), mood: "good" }] })).toEqual([]);
  });

  it.each([
    ["no list of steps", { steps: {} }, "steps: expected array, received object"],
    ["a step that is none", { steps: [null] }, "steps[0]: expected object, received null"],
    [
      "a step of an unknown type",
      { steps: [{ type: "toString" }] },
      `steps[0].type: its type must be system-prompt or task or planning or action; ${RELEASE}`,
    ],
    [
      "an image of a task that is a text",
      { steps: [{ type: "task", task: "Look.", images: ["data:,"] }] },
      "steps[0].images[0]: expected object, received string",
    ],
    [
      "an image without a name",
      { steps: [{ ...action(), images: [{ type: "image", url: "data:," }] }] },
      "steps[0].images[0].name: expected string, received undefined",
    ],
    [
      "content that is no text and no list",
      { steps: [{ ...action(), modelInput: [{ role: "user", content: 1 }] }] },
      "steps[0].modelInput[0].content: expected array, received number",
    ],
    [
      "a part of a content that is neither text nor image",
      { steps: [{ ...action(), modelInput: [{ role: "user", content: [{ type: "sound" }] }] }] },
      `steps[0].modelInput[0].content[0].type: its type must be text or image; ${RELEASE}`,
    ],
    [
      "a count that is a text",
      { steps: [{ ...action(), usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2, costUsd: "1" } }] },
      "steps[0].usage.costUsd: expected number, received string",
    ],
    [
      "no word on whether it was the final answer",
      { steps: [{ ...action(), isFinalAnswer: undefined }] },
      "steps[0].isFinalAnswer: expected boolean, received undefined",
    ],
  ])("tells of %s, with its place", (_name, saved, fault) => {
    expect(checkSavedMemory(saved)).toEqual([fault]);
  });

  it("tells of every fault", () => {
    expect(checkSavedMemory({ steps: [{ type: "task" }, { type: "system-prompt" }] })).toHaveLength(2);
  });
});
