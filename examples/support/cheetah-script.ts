import { tool } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";

const FIRST_PLAN = `## 1. Facts survey
### 1.1. Facts given in the task
- A cheetah runs the length of Pont Alexandre III at full speed.
### 1.2. Facts to look up
- The top speed of a cheetah: a web search.
- The length of Pont Alexandre III, in Paris: a web search.
### 1.3. Facts to derive
- The time: the length divided by the speed, in the same units.

## 2. Plan
1. Search for the top speed of a cheetah.
2. Search for the length of the bridge.
3. Compute the time in seconds, and answer.
<end_plan>`;

const UPDATED_PLAN = `## 1. Updated facts survey
### 1.1. Facts given in the task
- A cheetah runs the length of Pont Alexandre III at full speed.
### 1.2. Facts that we have learned
- A cheetah's top speed was measured at 93 to 104 km/h.
- The whole bridge is 160 m long; the 107 m found before are its arch alone.
### 1.3. Facts still to look up
- None.
### 1.4. Facts still to derive
- The time: 160 m at 104 km/h.

## 2. Plan
1. Compute the time in seconds, and answer.
<end_plan>`;

/** Plays an agent that plans, looks three things up, plans again, and computes. */
export function scriptedModel(): ScriptedModel {
  return new ScriptedModel(
    [
      { content: FIRST_PLAN, usage: { inputTokens: 884, outputTokens: 168 } },
      {
        content: "Thought: First the top speed of a cheetah.",
        code: 'console.log(await web_search({ query: "cheetah top speed km/h measured" }));',
        usage: { inputTokens: 2418, outputTokens: 47 },
      },
      {
        content: "Thought: Measured were 93 to 104 km/h. Now the length of the bridge.",
        code: 'console.log(await web_search({ query: "Pont Alexandre III length" }));',
        usage: { inputTokens: 2571, outputTokens: 51 },
      },
      {
        content: "Thought: 107 m is the span of the arch; the task asks for the length of the bridge. I look for it.",
        code: 'console.log(await web_search({ query: "Pont Alexandre III total length metres" }));',
        usage: { inputTokens: 2722, outputTokens: 62 },
      },
      { content: UPDATED_PLAN, usage: { inputTokens: 1655, outputTokens: 187 } },
      {
        content: "Thought: I have both numbers, and divide.",
        code: `const lengthInMetres = 160;
const metresPerSecond = 104 / 3.6;
finalAnswer(\`About \${(lengthInMetres / metresPerSecond).toFixed(1)} seconds\`);`,
        usage: { inputTokens: 3136, outputTokens: 66 },
      },
    ],
    { modelId: "scripted-cheetah" },
  );
}

/** Stands in for webSearch(), under its name. */
export const cannedWebSearch = tool({
  name: "web_search",
  description: "Searches the web and gives the top results (canned).",
  inputSchema: z.object({ query: z.string().describe("The search query.") }),
  outputSchema: z.string(),
  execute: ({ query }) => {
    if (query.includes("cheetah"))
      return found("Cheetah", "The fastest land animal; top speeds of 93 to 104 km/h have been measured.");
    if (query.includes("total length"))
      return found("Pont Alexandre III: facts", "Total length 160 m, width 40 m, longest span 107 m.");
    return found("Pont Alexandre III", "A bridge over the Seine in Paris. Its single arch spans 107 m.");
  },
});

function found(title: string, text: string): string {
  return `## Search Results\n\n[${title}](https://example.org/${encodeURIComponent(title)})\n${text}`;
}
