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
export function codeExamples(write: (step: CodeExampleStep) => string): string {
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
