import type { AgentEvent, AgentEventBody } from "../../src/agents/events.ts";
import { stepLog, type StepLogOptions } from "../../src/console/step-log.ts";
import { NO_USAGE } from "../../src/models/usage.ts";
import { action, timing } from "../memory/steps.ts";

const usage = { inputTokens: 1_383, outputTokens: 77, totalTokens: 1_460 };
/** The beginning of a run. */
export const start: AgentEventBody = {
  type: "run-start",
  agentName: "CodeAgent",
  modelClass: "OpenAIModel",
  modelId: "gpt-5-mini",
  task: "Count to 3.",
};

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Writes events to a log, and gives its text. */
export function logOf(
  events: readonly (AgentEventBody | AgentEvent)[],
  options: Omit<StepLogOptions, "stream"> = {},
  terminal: Terminal = {},
): string {
  let written = "";
  const write = stepLog({ ...options, stream: { ...terminal, write: (text) => (written += text) } });
  for (const event of events) write?.({ agentPath: [], ...event });
  return written;
}

/** Makes events those of a managed agent. */
export function of(agentName: string, events: readonly AgentEventBody[]): AgentEvent[] {
  return events.map((event) => ({ ...event, agentPath: [agentName] }));
}

/** The end of a run. */
export function ends(output: unknown): AgentEventBody {
  const result = { output, stopReason: "final-answer", steps: [], timing } as const;
  return { type: "final", result: { ...result, usage: { ...usage, own: usage, managed: NO_USAGE } } };
}

/** A run of two steps of code in which nothing fails. */
export const codeRun: readonly AgentEventBody[] = [
  start,
  {
    type: "plan",
    step: { type: "planning", modelInput: [], modelOutput: "1. Count", plan: "The plan:\n1. Count", usage, timing },
  },
  { type: "step-start", stepNumber: 1 },
  { type: "text-delta", text: "Thought" },
  { type: "retry", attempt: 1, reason: "429 Too many requests", status: 429 },
  { type: "code", code: "const a = await count({ to: 3 });\nconsole.log(a);\n" },
  { type: "tool-start", toolName: "count", input: { to: 3 } },
  { type: "log", line: "counting" },
  { type: "tool-end", toolName: "count", output: 3, durationMs: 5 },
  { type: "log", line: "3" },
  {
    type: "step-end",
    step: action({
      modelOutput: "Thought: I count.",
      reasoning: "It is easy.",
      code: "…",
      observations: [{ text: "Execution logs:\ncounting\n3" }],
      usage,
    }),
  },
  { type: "step-start", stepNumber: 2 },
  { type: "code", code: 'console.log("sure");\nfinalAnswer(3);' },
  { type: "log", line: "sure" },
  {
    type: "step-end",
    step: action({
      stepNumber: 2,
      modelOutput: "Thought: I am done.",
      code: "…",
      observations: [{ text: "Execution logs:\nsure\nLast output from code snippet:\n3" }],
      isFinalAnswer: true,
      output: 3,
      usage: { ...usage, costUsd: 0.00123 },
    }),
  },
  ends(3),
];
