import { tool } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";

/** What the search agent reports to its manager. */
export const REPORT = `### 1. Task outcome (short version):
The GDP of the United States grew by 2.8 % in 2024 (real GDP, annual average).
### 2. Task outcome (extremely detailed version):
The Bureau of Economic Analysis reports that real GDP increased 2.8 percent in 2024, from the 2023 annual level to the 2024 annual level, after 2.9 percent in 2023.
### 3. Additional context (if relevant):
The figure is in chained dollars, so inflation is taken out.`;

/** Plays a manager and the search agent that it manages, in the order in which they are asked. */
export function scriptedModel(): ScriptedModel {
  return new ScriptedModel(
    [
      {
        content: "Thought: I need the growth rate of 2024. I ask the search agent for it.",
        code: `const report = await search_agent({ task: "Find the growth rate of the real GDP of the United States in 2024, in percent, with its source." });
console.log(report);`,
        usage: { inputTokens: 2113, outputTokens: 76 },
      },
      {
        content: "I search for the figure.",
        toolCalls: [{ name: "web_search", arguments: { query: "US real GDP growth rate 2024 annual BEA" } }],
        usage: { inputTokens: 1240, outputTokens: 31 },
      },
      {
        content: "The agency's own page is the best source: I read it.",
        toolCalls: [
          { name: "visit_webpage", arguments: { url: "https://www.bea.gov/data/gdp/gross-domestic-product" } },
        ],
        usage: { inputTokens: 1391, outputTokens: 38 },
      },
      {
        toolCalls: [{ name: "final_answer", arguments: { answer: REPORT } }],
        usage: { inputTokens: 1502, outputTokens: 164 },
      },
      {
        content: "Thought: It grew by 2.8 %. At that rate it doubles after ln 2 / ln 1.028 years.",
        code: `const growthRate = 0.028;
const years = Math.log(2) / Math.log(1 + growthRate);
console.log("years:", years);
finalAnswer(\`\${years.toFixed(1)} years\`);`,
        usage: { inputTokens: 2402, outputTokens: 83 },
      },
    ],
    { modelId: "scripted-gdp" },
  );
}

/** Stand in for webSearch() and visitWebpage(), under their names. */
export const cannedSearchTools = [
  tool({
    name: "web_search",
    description: "Searches the web and gives the top results (canned).",
    inputSchema: z.object({ query: z.string().describe("The search query.") }),
    execute: () => `## Search Results

[Gross Domestic Product | U.S. Bureau of Economic Analysis](https://www.bea.gov/data/gdp/gross-domestic-product)
Real GDP increased 2.8 percent in 2024 (from the 2023 annual level to the 2024 annual level).

[United States GDP growth](https://example.org/us-gdp)
The economy of the United States grew by 2.8 % in 2024.`,
  }),
  tool({
    name: "visit_webpage",
    description: "Reads a web page and gives its content as Markdown (canned).",
    inputSchema: z.object({ url: z.string().describe("The address of the page.") }),
    execute: () => `# Gross Domestic Product

Real GDP increased 2.8 percent in 2024 (from the 2023 annual level to the 2024 annual level), compared with an increase of 2.9 percent in 2023.`,
  }),
];
