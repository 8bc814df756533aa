import { describe, expect, it } from "vitest";
import { DEFAULT_PROMPTS, type Prompts, type PromptSet } from "../../src/prompts/prompt-set.ts";

const task = "How old is the pope?";
const plan = { task, tools: [], managedAgents: [] };

describe("DEFAULT_PROMPTS", () => {
  it("has both plans say how to end", () => {
    expect(DEFAULT_PROMPTS.initialPlan(plan)).toContain("<end_plan>");
    expect(DEFAULT_PROMPTS.updatePlan({ ...plan, remainingSteps: 2 })).toContain("<end_plan>");
  });

  it("puts a manager's task", () => {
    expect(DEFAULT_PROMPTS.managedAgentTask({ name: "search_agent", task })).toMatchInlineSnapshot(`
      "You're a helpful agent named 'search_agent'.
      You have been submitted this task by your manager.
      ---
      Task:
      How old is the pope?
      ---
      You're helping your manager solve a wider task: so make sure to not provide a one-line answer, but give as much information as possible to give them a clear understanding of the answer.

      Your final answer WILL HAVE to contain these parts:
      ### 1. Task outcome (short version):
      ### 2. Task outcome (extremely detailed version):
      ### 3. Additional context (if relevant):

      Put all these in your final answer: everything that you do not pass on as the answer will be lost.
      And even if your task does not succeed, please return as much context as possible, so that your manager can act upon this feedback."
    `);
  });

  it("puts a managed agent's report, and the summary of its work below", () => {
    const report = DEFAULT_PROMPTS.managedAgentReport({ name: "search_agent", finalAnswer: "88" });
    expect(report + DEFAULT_PROMPTS.managedAgentSummary({ messages: ["I searched.", "I read."] }))
      .toMatchInlineSnapshot(`
        "Here is the final answer from your managed agent 'search_agent':
        88

        For more detail, find below a summary of this agent's work:
        <summary_of_work>

        I searched.
        ---
        I read.
        ---
        </summary_of_work>"
      `);
  });

  it("asks for a forced answer", () => {
    expect([DEFAULT_PROMPTS.finalAnswerIntroduction({ task }), DEFAULT_PROMPTS.finalAnswer({ task })])
      .toMatchInlineSnapshot(`
      [
        "An agent tried to answer a user query but it got stuck and failed to do so. You are tasked with providing an answer instead. Here is the agent's memory:",
        "Based on the above, please provide an answer to the following user task:
      How old is the pope?",
      ]
    `);
  });

  it("lets single prompts be replaced", () => {
    const own: Prompts = { managedAgentReport: ({ name, finalAnswer }) => `${name}: ${finalAnswer}` };
    const prompts: PromptSet = { ...DEFAULT_PROMPTS, ...own };
    expect(prompts.managedAgentReport({ name: "a", finalAnswer: "b" })).toBe("a: b");
    expect(prompts.finalAnswer({ task })).toBe(DEFAULT_PROMPTS.finalAnswer({ task }));
  });
});
