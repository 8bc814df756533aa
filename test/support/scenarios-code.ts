import { tool } from "vitrine";
import { z } from "zod";
import { writes } from "./replies.ts";
import { CAR, coderOf, PHOTO, plays, type Scenario } from "./scenarios-shared.ts";

const pay = tool({
  name: "pay",
  description: "Pays.",
  inputSchema: z.object({ euros: z.number() }),
  needsApproval: () => true,
  execute: ({ euros }) => euros,
});

/** Runs of code agents. */
export const codeScenarios: readonly Scenario[] = [
  {
    name: "images, of the task and of a tool",
    script: plays(
      writes("await draw({})"),
      writes("await show({ image: await draw({}) })"),
      writes("finalAnswer(image_1)"),
    ),
    run: async (model) => coderOf(model).run("What is it?", { images: [PHOTO] }),
  },
  {
    name: "calls at the same time inside of code",
    script: plays(
      writes(`const found = await Promise.all(["a", "b", "c"].map((query) => search({ query })));
        console.log(found.join("; "));`),
      writes("finalAnswer({ found, count: found.length })"),
    ),
    run: async (model) => coderOf(model).run("Go"),
  },
  {
    name: "code that fails, and texts that are hard to store",
    script: plays(
      writes("nothing.at.all"),
      "I write no code.",
      writes("if ("),
      writes('console.log("before"); await search({ query: "bad" })'),
      writes('try { await search({ query: "bad" }) } catch (error) { console.log(error.message) }'),
      writes('await serch({ query: "x" })'),
      writes("console.log(await odd({})); await odd({})"),
      writes("finalAnswer(2)"),
    ),
    run: async (model) => coderOf(model).run("Tell\u0000 me \uDC00"),
  },
  {
    name: "code that the sandbox stops, and that is asked for approval",
    script: plays(
      writes('for (const query of ["a", "b", "c", "d"]) await search({ query });'),
      writes("while (true) {}"),
      writes("await pay({ euros: 5 })"),
      { content: "I stop.", code: "finalAnswer('as it is')", finishReason: "length" },
    ),
    run: async (model) => {
      const { tools } = coderOf(model);
      const executor = { hostCalls: 3, cpuMs: 100 };
      return coderOf(model, { tools: [...tools.slice(0, 1), pay], executor, approve: () => false }).run("Go");
    },
  },
  {
    name: "variables that live on, arguments of the run, and a module",
    script: plays(
      writes('import { mean } from "stats"; let sum = n + 1; console.log(picture, names.join());'),
      writes("sum += mean([1, 3]); sum"),
      writes("finalAnswer([sum, picture])"),
    ),
    run: async (model) =>
      coderOf(model, {
        authorizedModules: { stats: "export const mean = (all) => all.reduce((a, b) => a + b, 0) / all.length;" },
      }).run("Go", { additionalArgs: { n: 1, names: ["a", "b"], picture: CAR } }),
  },
  {
    name: "reasoning and structured outputs",
    script: plays(
      { content: '{"thought": "I look.", "code": "await search({ query: 1 })"}', reasoning: "Let me see.\n\nSo." },
      "Not like this.",
      { content: '{"thought": "Now.", "code": "finalAnswer(3)"}', finishReason: "stop" },
    ),
    run: async (model) => coderOf(model, { useStructuredOutputs: true }).run("Go", { additionalArgs: { n: 1 } }),
  },
  {
    name: "code that plans, whose answer has a schema",
    script: plays(
      "1. Look.",
      writes("finalAnswer({ city: 5 })"),
      "2. Say it.",
      writes('finalAnswer({ city: "Paris" })'),
    ),
    run: async (model) =>
      coderOf(model, { planningInterval: 1, outputSchema: z.object({ city: z.string() }) }).run("Which city?"),
  },
];
