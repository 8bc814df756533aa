import type { ActionStep, Step } from "../../src/memory/steps.ts";

export const timing = { startTime: 1_700_000_000_000, endTime: 1_700_000_001_500, durationMs: 1_500 };

/** Makes an action step in which nothing happened but what is given. */
export function action(step: Partial<ActionStep> = {}): ActionStep {
  return {
    type: "action",
    stepNumber: 1,
    modelInput: [],
    modelOutput: "",
    toolCalls: [],
    observations: [],
    isFinalAnswer: false,
    timing,
    ...step,
  };
}

/** Makes an action step that calls a tool and has its result. */
export function searchStep(stepNumber: number): ActionStep {
  const id = `c${stepNumber}`;
  return action({
    stepNumber,
    modelOutput: `Thought ${stepNumber}.`,
    toolCalls: [{ id, name: "search", arguments: { query: `q${stepNumber}` } }],
    observations: [{ toolCallId: id, toolName: "search", text: `found ${stepNumber}` }],
  });
}

/** A step of each kind, with every field that a step can have. */
export const everyStep: readonly Step[] = [
  { type: "system-prompt", systemPrompt: "Be good." },
  { type: "task", task: "What is on the pictures?", images: [{ type: "image", url: "data:image/png;base64,AAAA" }] },
  {
    type: "planning",
    modelInput: [
      {
        role: "user",
        content: [
          { type: "text", text: "Plan." },
          { type: "image", url: "data:image/png;base64,AAAA" },
        ],
      },
    ],
    modelOutput: "1. Look",
    plan: "The plan: 1. Look",
    usage: { inputTokens: 1_000, outputTokens: 20, totalTokens: 1_020 },
    timing,
  },
  action({
    modelInput: [
      { role: "system", content: "Be good." },
      { role: "user", content: "New task:\nWhat is on the pictures?" },
      { role: "assistant", content: "", toolCalls: [{ id: "c0", name: "draw", arguments: {} }], reasoning: "Hm." },
      { role: "tool", toolCallId: "c0", toolName: "draw", content: "drawn" },
    ],
    modelOutput: "I draw one more.",
    reasoning: "One is not enough.",
    toolCalls: [
      { id: "c1", name: "draw", arguments: { what: "a car" } },
      { id: "c2", name: "draw", arguments: "{broken" },
    ],
    observations: [
      { toolCallId: "c1", toolName: "draw", text: '{"type":"image","url":"image_1"}' },
      { toolCallId: "c2", toolName: "draw", text: "", error: { type: "ToolInputError", message: "No JSON." } },
    ],
    images: [{ type: "image", url: "data:image/png;base64,BBBB", name: "image_1" }],
    error: { type: "ToolInputError", message: "No JSON." },
    usage: {
      inputTokens: 1_383,
      outputTokens: 77,
      totalTokens: 1_460,
      cachedTokens: 1_000,
      reasoningTokens: 7,
      costUsd: 0.0123,
    },
  }),
  action({
    stepNumber: 2,
    modelOutput: "<code>\nfinalAnswer({ count: 2 });\n</code>",
    code: "finalAnswer({ count: 2 });",
    observations: [{ text: 'Execution logs:\ntwo\nLast output from code snippet:\n{"count":2}' }],
    output: { count: 2 },
    isFinalAnswer: true,
  }),
];
