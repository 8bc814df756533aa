/**
 * The programs that are measured, by file name. Each is plain JavaScript that imports installed packages, as a user's program does.
 *
 * They are text because they do not belong to this repository's packages: `ai` is not installed here.
 */
export const PROGRAMS: Readonly<Record<string, string>> = {
  "empty.mjs": "",
  "import-vitrine.mjs": `import "vitrine";`,
  "import-ai.mjs": `import "ai";`,
  "import-zod.mjs": `import "zod";`,

  // Both: a new agent and a new fake model a run, the tool made once; three steps of one call each, then the answer.
  "run-vitrine.mjs": `
    import { tool, ToolCallingAgent } from "vitrine";
    import { ScriptedModel } from "vitrine/testing";
    import { z } from "zod";
    const forecast = tool({
      name: "forecast", description: "Tells the weather of a day.",
      inputSchema: z.object({ city: z.string(), day: z.number() }),
      execute: async ({ city, day }) => city + ", day " + day + ": sunny",
    });
    const usage = { inputTokens: 100, outputTokens: 20 };
    const call = (day) => ({ toolCalls: [{ name: "forecast", arguments: { city: "Paris", day } }], usage });
    const replies = [call(1), call(2), call(3), { toolCalls: [{ name: "final_answer", arguments: { answer: "sunny" } }], usage }];
    export async function run() {
      const agent = new ToolCallingAgent({ model: new ScriptedModel(replies), tools: [forecast], instructions: "Be brief.", console: false });
      const { output, steps } = await agent.run("How will the weather be?");
      if (output !== "sunny" || steps.filter(({ type }) => type === "action").length !== 4) throw new Error("the run went another way");
    }`,
  "run-ai.mjs": `
    import { tool, ToolLoopAgent } from "ai";
    import { MockLanguageModelV4 } from "ai/test";
    import { z } from "zod";
    const forecast = tool({
      description: "Tells the weather of a day.",
      inputSchema: z.object({ city: z.string(), day: z.number() }),
      execute: async ({ city, day }) => city + ", day " + day + ": sunny",
    });
    const usage = { inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: 0 }, outputTokens: { total: 20, text: 20, reasoning: 0 } };
    const reply = (content, reason) => ({ content: [content], finishReason: { unified: reason, raw: reason }, usage, warnings: [] });
    const call = (day) =>
      reply({ type: "tool-call", toolCallId: "call_" + day, toolName: "forecast", input: JSON.stringify({ city: "Paris", day }) }, "tool-calls");
    const replies = [call(1), call(2), call(3), reply({ type: "text", text: "sunny" }, "stop")];
    export async function run() {
      let next = 0;
      const model = new MockLanguageModelV4({ doGenerate: async () => replies[next++] });
      const agent = new ToolLoopAgent({ model, tools: { forecast }, instructions: "Be brief." });
      const { text, steps } = await agent.generate({ prompt: "How will the weather be?" });
      if (text !== "sunny" || steps.length !== 4) throw new Error("the run went another way");
    }`,

  // Arguments: the program with the run, warm-up runs, measured runs. Prints { medianUs, meanUs }.
  "time.mjs": `
    const [, , program, warmUp, count] = process.argv;
    const { run } = await import(program);
    for (let i = 0; i < Number(warmUp); i++) await run();
    const times = [];
    for (let i = 0; i < Number(count); i++) {
      const startedAt = performance.now();
      await run();
      times.push((performance.now() - startedAt) * 1000);
    }
    const meanUs = times.reduce((sum, time) => sum + time) / times.length;
    console.log(JSON.stringify({ medianUs: times.sort((a, b) => a - b)[times.length >> 1], meanUs }));`,

  // Arguments: the package, the program with the run, a count of runs; none for the floor. Prints bytes.
  "memory.mjs": `
    const [, , name, program, count] = process.argv;
    const use = () => {
      for (let i = 0; i < 3; i++) gc();
      const { rss, heapUsed } = process.memoryUsage();
      return { rss, heapUsed };
    };
    if (name) await import(name);
    const imported = use();
    if (program) {
      const { run } = await import(program);
      for (let i = 0; i < Number(count); i++) await run();
    }
    console.log(JSON.stringify({ imported, ran: use() }));`,
};
