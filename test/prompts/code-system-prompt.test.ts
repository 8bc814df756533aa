import { describe, expect, it } from "vitest";
import { CODE_SYSTEM_PROMPT, codeSystemPrompt } from "../../src/prompts/code-system-prompt.ts";

const add = {
  name: "add",
  description: "Adds.",
  inputSchema: {
    type: "object",
    properties: { a: { type: "number", description: "One." }, b: { type: "number", default: 1 } },
    required: ["a"],
  },
  outputSchema: { type: "number" },
};
const searcher = {
  name: "search_agent",
  description: "Searches the web.",
  inputSchema: { type: "object", properties: { task: { type: "string" } }, required: ["task"] },
  outputSchema: { type: "string" },
};
const person = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
const alone = { tools: [add], managedAgents: [], authorizedImports: [] };
const full = {
  tools: [add],
  managedAgents: [searcher],
  instructions: "Answer in French.",
  authorizedImports: ["simple-stats", "d3-array"],
  outputSchema: person,
};

describe("codeSystemPrompt", () => {
  it("tells tools, team, imports, instructions and the type of the answer", () => {
    expect(codeSystemPrompt(full)).toMatchInlineSnapshot(`
      "You are an expert assistant who solves any task by writing JavaScript. You are given a task, and functions (tools) that your code can call.

      You work in a cycle of steps: thought, code, observation. In each step:
      1. Thought: say in a sentence or two what you are going to do, and with which tools.
      2. Code: write JavaScript between <code> and </code>. What you will need to know later, print with console.log().
      3. Observation: what was printed, and the value of the last expression, is shown to you as "Observation:" in the next step. You never write it yourself.
      In the last step, call finalAnswer(answer): it ends the task.

      Here are examples with notional tools:
      ---
      Task: "Which city has more inhabitants: Guangzhou or Shanghai?"

      Thought: I will search for both cities at once, and print what comes back.
      <code>
      const cities = ["Guangzhou", "Shanghai"];
      const found = await Promise.all(cities.map((city) => search({ query: \`\${city} population\` })));
      cities.forEach((city, index) => console.log(city, found[index]));
      </code>
      Observation:
      Execution logs:
      Guangzhou Guangzhou has 15 million inhabitants as of 2021.
      Shanghai 26 million (2019)

      Thought: Shanghai has more inhabitants.
      <code>
      finalAnswer("Shanghai");
      </code>
      ---
      Task: "What is the result of 5 + 3 + 1294.678?"

      Thought: I will compute it and give the result.
      <code>
      finalAnswer(5 + 3 + 1294.678);
      </code>
      ---
      Task: "What is the height of the tallest tower in the picture's city?" (picture is a variable)

      Thought: I first ask which city the picture shows. What the tool writes is unpredictable, so I print it and look before I go on.
      <code>
      const city = await describe_image({ image: picture, question: "Which city is this?" });
      console.log(city);
      </code>
      Observation:
      Execution logs:
      This is Paris: one sees the Eiffel Tower.

      Thought: Now I search for the tower's height.
      <code>
      console.log(await search({ query: "exact height of the Eiffel Tower in Paris, antennas included" }));
      </code>
      Observation:
      Execution logs:
      Nothing was found. Try fewer words.

      Thought: I asked for too much at once. The same search would find nothing again, so I try a shorter one.
      <code>
      console.log(await search({ query: "Eiffel Tower height in metres" }));
      </code>
      Observation:
      Execution logs:
      The Eiffel Tower is 330 metres tall.

      Thought: I know the height, and give it as the answer.
      <code>
      finalAnswer("330 metres");
      </code>
      ---

      Those tools were notional, just to show the way. What you can really call are these functions; all but finalAnswer are async:
      <tools>
      /**
       * Adds.
       */
      declare function add(input: { /** One. */ a: number; /** Default: 1. */ b?: number }): Promise<number>;

      /**
       * Gives the final answer to the task, and ends the work on it.
       */
      declare function finalAnswer(answer: { name: string }): never;
      </tools>

      You can also give tasks to team members. Calling a team member works the same as calling a tool: the argument \`task\` is what you want to be done, in full sentences, and \`additional_args\` is an object with whatever data it may need. A team member knows nothing of your task: be as detailed and verbose as you would be with a colleague who has just come in.
      <team>
      /**
       * Searches the web.
       */
      declare function search_agent(input: { task: string }): Promise<string>;
      </team>

      Rules that you always follow:
      1. Always write a "Thought:" and then code between <code> and </code>, or you fail.
      2. Use only variables that you have defined, or that the task names.
      3. Call a tool with one object that holds its arguments by name, and await it: \`await search({ query: "…" })\`, never \`search("…")\`.
      4. Do not use the output of a tool, whose form you cannot know, in further calls of the same step: print it first, and look. Where the return type is declared, you may go on at once. Calls that do not depend on each other belong together in Promise.all.
      5. Call a tool only when you need it, and never again with arguments that you have already used.
      6. Do not name a variable as a tool is named, nor finalAnswer: that would erase the tool.
      7. Do not make up notional variables or example data: you would mistake them for what was found.
      8. Your code runs in a sandbox: the language's own objects (Math, Date, JSON, Map, RegExp, …) and your tools are there; require, fetch, timers, files and the network are not. Modules that you can import: simple-stats, d3-array.
      9. Variables, functions, classes and imports live on from step to step: do not define them again.
      10. Do not give up: you are in charge of solving the task, not of telling others how to solve it.

      Answer in French.

      Now begin!"
    `);
  });

  it("has no word and no gap of what there is not", () => {
    expect(between(codeSystemPrompt(alone), "Those tools", "2. Use only")).toMatchInlineSnapshot(`
      "Those tools were notional, just to show the way. What you can really call are these functions; all but finalAnswer are async:
      <tools>
      /**
       * Adds.
       */
      declare function add(input: { /** One. */ a: number; /** Default: 1. */ b?: number }): Promise<number>;

      /**
       * Gives the final answer to the task, and ends the work on it.
       */
      declare function finalAnswer(answer: unknown): never;
      </tools>

      Rules that you always follow:
      1. Always write a "Thought:" and then code between <code> and </code>, or you fail.
      "
    `);
    expect(between(codeSystemPrompt(alone), "8. Your code")).toMatchInlineSnapshot(`
      "8. Your code runs in a sandbox: the language's own objects (Math, Date, JSON, Map, RegExp, …) and your tools are there; require, fetch, timers, files and the network are not. Modules that you can import: none.
      9. Variables, functions, classes and imports live on from step to step: do not define them again.
      10. Do not give up: you are in charge of solving the task, not of telling others how to solve it.

      Now begin!"
    `);
    expect(codeSystemPrompt(alone)).not.toMatch(/team|undefined|\{\{|\n\n\n/);
  });

  it("declares finalAnswer where there is no tool", () => {
    expect(codeSystemPrompt({ ...alone, tools: [] })).toContain(
      "<tools>\n/**\n * Gives the final answer to the task, and ends the work on it.\n */\ndeclare function finalAnswer(answer: unknown): never;\n</tools>",
    );
  });

  it("declares a final_answer of the user's as finalAnswer, once", () => {
    const own = { name: "final_answer", description: "Files the answer.", inputSchema: person };
    const prompt = codeSystemPrompt({ ...alone, tools: [own] });
    expect(prompt).toContain(
      "<tools>\n/**\n * Files the answer.\n */\ndeclare function finalAnswer(answer: { name: string }): never;\n</tools>",
    );
    expect(prompt).not.toContain("final_answer");
  });

  it("fills a template of the user's own", () => {
    const template = "{{tool_names}}|{{final_answer_type}}|{{authorized_imports}}|{{instructions}}";
    expect(codeSystemPrompt(full, template)).toBe(
      "add, finalAnswer|{ name: string }|simple-stats, d3-array|Answer in French.",
    );
  });

  it("renders the default prompt with text added as the default, and the text", () => {
    expect(codeSystemPrompt(full, `${CODE_SYSTEM_PROMPT}\nBe brief.`)).toBe(`${codeSystemPrompt(full)}\nBe brief.`);
  });

  it("says in a template of the user's that nothing can be imported", () => {
    expect(codeSystemPrompt(alone, "Modules: {{authorized_imports}}.")).toBe("Modules: none.");
  });
});

function between(text: string, start: string, end?: string): string {
  const from = text.indexOf(start);
  return text.slice(from, end === undefined ? undefined : text.indexOf(end, from + start.length));
}
