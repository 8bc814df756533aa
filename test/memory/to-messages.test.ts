import { describe, expect, it } from "vitest";
import type { NamedImage, Step } from "../../src/memory/steps.ts";
import { toMessages, toSummaryMessages } from "../../src/memory/to-messages.ts";
import { action, timing } from "./steps.ts";

const blank = action();
const call = { id: "c1", name: "search", arguments: { query: "x" } };
const photo = { type: "image", url: "data:image/png;base64,AAAA" } as const;
const image = (name: string, url = `data:image/png;base64,${name}`): NamedImage => ({ type: "image", url, name });
const plan: Step = { type: "planning", modelInput: [], modelOutput: "1. Go", plan: "The plan: 1. Go", timing };

describe("toMessages", () => {
  it("makes a system message of the system prompt and a user message of the task", () => {
    expect(
      toMessages([
        { type: "system-prompt", systemPrompt: "Be good." },
        { type: "task", task: "Count." },
      ]),
    ).toEqual([
      { role: "system", content: "Be good." },
      { role: "user", content: "New task:\nCount." },
    ]);
  });

  it("puts the images of a task beside its text, once", () => {
    expect(
      toMessages([
        { type: "task", task: "Look.", images: [photo] },
        { ...blank, modelOutput: "Seen." },
      ]),
    ).toEqual([
      { role: "user", content: [{ type: "text", text: "New task:\nLook." }, photo] },
      { role: "assistant", content: "Seen.", toolCalls: [] },
    ]);
  });

  it("makes an assistant message of a plan, and asks to carry it out", () => {
    expect(toMessages([plan])).toEqual([
      { role: "assistant", content: "The plan: 1. Go", toolCalls: [] },
      { role: "user", content: "Now proceed and carry out this plan." },
    ]);
  });

  it("answers each call with a tool message under its id", () => {
    const step = {
      ...blank,
      modelOutput: " I search. ",
      toolCalls: [call],
      observations: [{ toolCallId: "c1", toolName: "search", text: "found" }],
    };
    expect(toMessages([step])).toEqual([
      { role: "assistant", content: "I search.", toolCalls: [call] },
      { role: "tool", toolCallId: "c1", toolName: "search", content: "found" },
    ]);
  });

  it("shows what code printed before it failed, then the error", () => {
    const error = { type: "CodeExecutionError", message: "x is not defined" };
    const step = {
      ...blank,
      modelOutput: "<code>x</code>",
      code: "x",
      observations: [{ text: "Execution logs:\n1", error }],
      error,
    };
    expect(toMessages([step])[1]).toEqual({
      role: "user",
      content: expect.stringMatching(/^Observation:\nExecution logs:\n1\nError:\nx is not defined\nNow let's retry/),
    });
  });

  it("tells of a failure that no observation tells of", () => {
    const step = { ...blank, modelOutput: "Hm.", error: { type: "ParsingError", message: "no call" } };
    expect(toMessages([step])[1]).toEqual({ role: "user", content: expect.stringMatching(/^Error:\nno call\n/) });
  });

  it("says nothing of the limit that forced an answer, when the run goes on", () => {
    const error = { type: "LimitError", message: "The run has used up its 3 steps." };
    expect(toMessages([{ ...blank, modelOutput: "I think 7.", isFinalAnswer: true, error }])).toEqual([
      { role: "assistant", content: "I think 7.", toolCalls: [] },
    ]);
  });

  it("says nothing of a failed model call, which is no fault of the model's", () => {
    expect(toMessages([{ ...blank, error: { type: "ModelError", message: "502" } }])).toEqual([]);
  });

  it("shows the images of a step in one user message after its observations, under their names", () => {
    const step = {
      ...blank,
      toolCalls: [call],
      observations: [{ toolCallId: "c1", toolName: "search", text: "drawn" }],
      images: [image("image_1"), image("image_2")],
      error: { type: "FinalAnswerCheckError", message: "too small" },
    };
    const messages = toMessages([step]);
    expect(messages.map(({ role }) => role)).toEqual(["assistant", "tool", "user", "user"]);
    expect(messages[2]).toEqual({
      role: "user",
      content: [
        { type: "text", text: "Images: image_1, image_2" },
        { type: "image", url: "data:image/png;base64,image_1" },
        { type: "image", url: "data:image/png;base64,image_2" },
      ],
    });
  });

  it("shows an image once, also where later steps give it again", () => {
    const steps: Step[] = [
      { type: "task", task: "Look.", images: [photo] },
      { ...blank, images: [image("image_1"), image("photo", photo.url)] },
      { ...blank, images: [image("image_1")] },
    ];
    expect(toMessages(steps).map(({ content }) => content)).toEqual([
      [{ type: "text", text: "New task:\nLook." }, photo],
      [
        { type: "text", text: "Images: image_1, photo\n(photo can be seen above)" },
        { type: "image", url: "data:image/png;base64,image_1" },
      ],
      "Images: image_1\n(image_1 can be seen above)",
    ]);
  });

  it("tells a model that sees no images that they are there", () => {
    const steps: Step[] = [
      { type: "task", task: "Look.", images: [photo] },
      { type: "task", task: "Compare.", images: [photo, photo] },
      { ...blank, images: [image("image_1"), image("image_2")] },
    ];
    expect(toMessages(steps, { showImages: false }).map(({ content }) => content)).toEqual([
      "New task:\nLook.\n(an image cannot be shown to this model)",
      "New task:\nCompare.\n(2 images cannot be shown to this model)",
      "Images: image_1, image_2\n(image_1, image_2 cannot be shown to this model)",
    ]);
  });
});

describe("toSummaryMessages", () => {
  it("keeps the images of tasks, and only the names of those that tools gave", () => {
    const steps: Step[] = [
      { type: "task", task: "Look.", images: [photo] },
      { ...blank, images: [image("image_1")] },
    ];
    expect(toSummaryMessages(steps).map(({ content }) => content)).toEqual([
      [{ type: "text", text: "New task:\nLook." }, photo],
      "Images: image_1",
    ]);
  });

  it("shows no images at all to a model that sees none", () => {
    const steps: Step[] = [{ type: "task", task: "Look.", images: [photo] }];
    expect(toSummaryMessages(steps, { showImages: false })).toEqual([
      { role: "user", content: "New task:\nLook.\n(an image cannot be shown to this model)" },
    ]);
  });

  it("keeps what was asked, called and observed, and leaves out prompts, plans and thoughts", () => {
    const step = {
      ...blank,
      modelOutput: "I think.",
      toolCalls: [call],
      observations: [{ toolCallId: "c1", toolName: "search", text: "found" }],
    };
    const messages = toSummaryMessages([
      { type: "system-prompt", systemPrompt: "Be good." },
      { type: "task", task: "Count." },
      plan,
      step,
    ]);
    expect(messages.map(({ role, content }) => [role, content])).toEqual([
      ["user", "New task:\nCount."],
      ["assistant", ""],
      ["tool", "found"],
    ]);
  });
});
