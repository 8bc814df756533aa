import { describe, expect, it } from "vitest";
import {
  initialPlan,
  initialPlanRequest,
  updatedPlan,
  updatePlanIntroduction,
  updatePlanRequest,
} from "../../src/prompts/planning.ts";

const inputSchema = { type: "object", properties: { query: { type: "string" } }, required: ["query"] };
const search = { name: "search", description: "Searches.", inputSchema };
const searcher = { name: "search_agent", description: "Searches the web.", inputSchema };
const alone = { task: "How old is the pope?", tools: [search], managedAgents: [] };

describe("initialPlanRequest", () => {
  it("asks for facts and a plan, with the tools, the team, the instructions and the task", () => {
    const values = { ...alone, managedAgents: [searcher], instructions: "Answer in French." };
    expect(initialPlanRequest(values)).toMatchInlineSnapshot(`
      "You are an expert in finding out what a task needs, and in planning how to solve it.
      Below is a task. First survey the facts that are known or needed, then plan how to solve it.

      ## 1. Facts survey
      List facts such as names, dates and values, each with a short reasoning, and assume nothing:
      ### 1.1. Facts given in the task
      ### 1.2. Facts to look up (and where)
      ### 1.3. Facts to derive, by logic or computation

      ## 2. Plan
      Write a plan of single tasks, in their order, that lead to the right answer when they are done with what you can use. Leave no step out, and add none that is not needed. Stay high-level: do not detail tool calls.
      After the last step of the plan, write the tag <end_plan> and stop there.

      You can use these tools:
      \`\`\`ts
      /**
       * Searches.
       */
      declare function search(input: { query: string }): Promise<unknown>;
      \`\`\`

      You can also give tasks to these team members:
      \`\`\`ts
      /**
       * Searches the web.
       */
      declare function search_agent(input: { query: string }): Promise<unknown>;
      \`\`\`

      These instructions hold for all of the work:
      Answer in French.

      ---
      Now begin! Here is your task:
      How old is the pope?

      First write the facts survey, then your plan."
    `);
  });

  it("has no word of a team, of tools or of instructions where there are none", () => {
    expect(initialPlanRequest({ ...alone, tools: [] })).not.toMatch(/team|tools:|instructions|undefined|\n\n\n/);
  });
});

describe("updatePlanIntroduction", () => {
  it("tells the task again", () => {
    expect(updatePlanIntroduction({ task: "How old is the pope?" })).toMatchInlineSnapshot(`
      "You are an expert in finding out what a task needs, and in planning how to solve it.
      You were given this task:
      How old is the pope?

      Below you find what has been done to solve it so far. If that was successful, build the new plan on the results. If you are stalled, you can make a completely new plan."
    `);
  });
});

describe("updatePlanRequest", () => {
  it("asks for new facts and a new plan, and tells how many steps remain", () => {
    const values = { ...alone, remainingSteps: 4, instructions: "Answer in French." };
    expect(updatePlanRequest(values)).toMatchInlineSnapshot(`
      "Now bring the facts and the plan up to date, with what has been done above in mind.

      ## 1. Updated facts survey
      ### 1.1. Facts given in the task
      ### 1.2. Facts that we have learned
      ### 1.3. Facts still to look up
      ### 1.4. Facts still to derive

      ## 2. Plan
      You have 4 steps remaining.
      Write a plan of single tasks, in their order, that lead to the right answer when they are done with what you can use. Leave no step out, and add none that is not needed. Stay high-level: do not detail tool calls.
      After the last step of the plan, write the tag <end_plan> and stop there.

      You can use these tools:
      \`\`\`ts
      /**
       * Searches.
       */
      declare function search(input: { query: string }): Promise<unknown>;
      \`\`\`

      These instructions hold for all of the work:
      Answer in French."
    `);
  });

  it.each([
    [0, "You have 0 steps remaining."],
    [1, "You have 1 step remaining."],
    [17, "You have 17 steps remaining."],
  ])("counts %i remaining", (remainingSteps, sentence) => {
    expect(updatePlanRequest({ ...alone, remainingSteps })).toContain(sentence);
  });
});

describe("what stands in memory", () => {
  it("holds a first plan as the agent's own words", () => {
    expect(initialPlan("1. Search.")).toMatchInlineSnapshot(`
      "Here are the facts I know and the plan of action that I will follow to solve the task:
      \`\`\`
      1. Search.
      \`\`\`"
    `);
  });

  it("holds an updated plan with its task", () => {
    expect(updatedPlan({ task: "How old is the pope?", plan: "1. Search." })).toMatchInlineSnapshot(`
      "I still need to solve the task I was given:
      \`\`\`
      How old is the pope?
      \`\`\`

      Here are the facts I know and my new/updated plan of action to solve the task:
      \`\`\`
      1. Search.
      \`\`\`"
    `);
  });
});
