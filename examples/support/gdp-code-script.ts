import { ScriptedModel } from "vitrine/testing";
import { REPORT } from "./gdp-script.ts";

/** Plays a manager and the search agent that it manages, both by code, in the order in which they are asked. */
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
        content: "Thought: I search for the figure, and look at what there is.",
        code: 'console.log(await web_search({ query: "US real GDP growth rate 2024 annual BEA" }));',
        usage: { inputTokens: 2287, outputTokens: 49 },
      },
      {
        content: "Thought: The agency's own page is the best source: I read it.",
        code: 'console.log(await visit_webpage({ url: "https://www.bea.gov/data/gdp/gross-domestic-product" }));',
        usage: { inputTokens: 2441, outputTokens: 55 },
      },
      {
        content: "Thought: Both say 2.8 %. I report it.",
        code: `finalAnswer(${JSON.stringify(REPORT)});`,
        usage: { inputTokens: 2566, outputTokens: 181 },
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
    { modelId: "scripted-gdp-code" },
  );
}
