import { describe, expect, it } from "vitest";
import type { ActionStep, Step } from "../../src/memory/steps.ts";
import { toMessages, toSummaryMessages } from "../../src/memory/to-messages.ts";

const timing = { startTime: 0, endTime: 1, durationMs: 1 };
const blank: ActionStep = {
  type: "action",
  stepNumber: 1,
  modelInput: [],
  modelOutput: "",
  toolCalls: [],
  observations: [],
  isFinalAnswer: false,
  timing,
};
const call = { id: "c1", name: "search", arguments: { query: "x" } };
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
    const image = { type: "image", url: "data:image/png;base64,AAAA" } as const;
    expect(
      toMessages([
        { type: "task", task: "Look.", images: [image] },
        { ...blank, modelOutput: "Seen." },
      ]),
    ).toEqual([
      { role: "user", content: [{ type: "text", text: "New task:\nLook." }, image] },
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

  it("says nothing of a failed model call, which is no fault of the model's", () => {
    expect(toMessages([{ ...blank, error: { type: "ModelError", message: "502" } }])).toEqual([]);
  });
});

describe("toSummaryMessages", () => {
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
