import type { ScriptedAnswer } from "vitrine/testing";

/** A model's reply that calls tools, e.g. `calls(["search", { query: "x" }], …)`. */
export function calls(...toolCalls: readonly (readonly [name: string, input: unknown])[]): ScriptedAnswer {
  return {
    toolCalls: toolCalls.map(([name, input]) => ({ name, arguments: input })),
    usage: { inputTokens: 100, outputTokens: 10 },
  };
}

/** A model's reply that ends the run by a tool call. */
export function answers(answer: unknown): ScriptedAnswer {
  return calls(["final_answer", { answer }]);
}

/** A model's reply that writes code. */
export function writes(code: string): ScriptedAnswer {
  return { content: "Thought: I write code.", code, usage: { inputTokens: 200, outputTokens: 20 } };
}
