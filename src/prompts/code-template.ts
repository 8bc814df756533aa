/** What differs between the code agents' prompts: the form in which the model writes. */
interface CodeForm {
  /** What one step of the model's is, as numbered lines. */
  readonly step: string;
  /** Gives a thought and its code that form, for the examples. */
  readonly write: (step: CodeExampleStep) => string;
  /** The first rule: to keep to the form. */
  readonly rule: string;
}

/** Writes the template of a code agent's system prompt. Source: smolagents prompts/code_agent.yaml, its rules in JavaScript's terms. */
export function codeTemplate({ step, write, rule }: CodeForm): string {
  return `You are an expert assistant who solves any task by writing JavaScript. You are given a task, and functions (tools) that your code can call.

You work in a cycle of steps: thought, code, observation. In each step:
${step}
3. Observation: what was printed, and the value of the last expression, is shown to you as "Observation:" in the next step. You never write it yourself.
In the last step, call finalAnswer(answer): it ends the task.

Here are examples with notional tools:
${codeExamples(write)}

Those tools were notional, just to show the way. What you can really call are these functions; all but finalAnswer are async:
<tools>
{{tool_descriptions}}
</tools>

{{managed_agents_descriptions}}

Rules that you always follow:
1. ${rule}
2. Use only variables that you have defined, or that the task names.
3. Call a tool with one object that holds its arguments by name, and await it: \`await search({ query: "…" })\`, never \`search("…")\`.
4. Do not use the output of a tool, whose form you cannot know, in further calls of the same step: print it first, and look. Where the return type is declared, you may go on at once. Calls that do not depend on each other belong together in Promise.all.
5. Call a tool only when you need it, and never again with arguments that you have already used.
6. Do not name a variable as a tool is named, nor finalAnswer: that would erase the tool.
7. Do not make up notional variables or example data: you would mistake them for what was found.
8. Your code runs in a sandbox: the language's own objects (Math, Date, JSON, Map, RegExp, …) and your tools are there; require, fetch, timers, files and the network are not. Modules that you can import: {{authorized_imports}}.
9. Variables, functions, classes and imports live on from step to step: do not define them again.
10. Do not give up: you are in charge of solving the task, not of telling others how to solve it.

{{custom_instructions}}

Now begin!`;
}

interface CodeExample {
  readonly task: string;
  readonly steps: readonly CodeExampleStep[];
}

interface CodeExampleStep {
  readonly thought: string;
  readonly code: string;
  readonly observation?: string;
}

/** Shows how a code agent works, with notional tools. `write` gives a thought and its code the form that the model is to write. */
function codeExamples(write: (step: CodeExampleStep) => string): string {
  const texts = EXAMPLES.map(({ task, steps }) => {
    const written = steps.map((step) => {
      const observation = step.observation === undefined ? "" : `\nObservation:\n${step.observation}`;
      return write(step) + observation;
    });
    return `Task: ${task}\n\n${written.join("\n\n")}`;
  });
  return ["", ...texts, ""].join("\n---\n").trim();
}

const EXAMPLES: readonly CodeExample[] = [
  {
    task: '"Which city has more inhabitants: Guangzhou or Shanghai?"',
    steps: [
      {
        thought: "I will search for both cities at once, and print what comes back.",
        code: `const cities = ["Guangzhou", "Shanghai"];
const found = await Promise.all(cities.map((city) => search({ query: \`\${city} population\` })));
cities.forEach((city, index) => console.log(city, found[index]));`,
        observation: `Execution logs:
Guangzhou Guangzhou has 15 million inhabitants as of 2021.
Shanghai 26 million (2019)`,
      },
      { thought: "Shanghai has more inhabitants.", code: 'finalAnswer("Shanghai");' },
    ],
  },
  {
    task: '"What is the result of 5 + 3 + 1294.678?"',
    steps: [{ thought: "I will compute it and give the result.", code: "finalAnswer(5 + 3 + 1294.678);" }],
  },
  {
    task: `"What is the height of the tallest tower in the picture's city?" (picture is a variable)`,
    steps: [
      {
        thought:
          "I first ask which city the picture shows. What the tool writes is unpredictable, so I print it and look before I go on.",
        code: `const city = await describe_image({ image: picture, question: "Which city is this?" });
console.log(city);`,
        observation: `Execution logs:
This is Paris: one sees the Eiffel Tower.`,
      },
      {
        thought: "Now I search for the tower's height.",
        code: 'console.log(await search({ query: "exact height of the Eiffel Tower in Paris, antennas included" }));',
        observation: `Execution logs:
Nothing was found. Try fewer words.`,
      },
      {
        thought: "I asked for too much at once. The same search would find nothing again, so I try a shorter one.",
        code: 'console.log(await search({ query: "Eiffel Tower height in metres" }));',
        observation: `Execution logs:
The Eiffel Tower is 330 metres tall.`,
      },
      { thought: "I know the height, and give it as the answer.", code: 'finalAnswer("330 metres");' },
    ],
  },
];
