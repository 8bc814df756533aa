import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { codeInterpreter } from "../../src/tools/code-interpreter.ts";
import { finalAnswer } from "../../src/tools/final-answer.ts";
import { tool, Tool } from "../../src/tools/tool.ts";
import { userInput } from "../../src/tools/user-input.ts";
import { visitWebpage } from "../../src/tools/visit-webpage.ts";
import { webSearch } from "../../src/tools/web-search.ts";
import { wikipediaSearch } from "../../src/tools/wikipedia-search.ts";
import { send, startServer } from "../support/http-server.ts";
import { answers, calls } from "../support/replies.ts";
import { connect, STDIO, toolOf } from "../tools/mcp-calls.ts";
import { startWikipedia } from "../tools/wikipedia-server.ts";
import { describeTool } from "./tool.ts";

const RESULTS = readFileSync(new URL("../tools/fixtures/web-search.results.html", import.meta.url), "utf8");

class Shout extends Tool<{ text: string }, string> {
  readonly name = "shout";
  readonly description = "Shouts.";
  readonly inputSchema = z.object({ text: z.string() });
  override readonly outputSchema = z.string();
  protected override execute({ text }: { text: string }): string {
    return `${text.toUpperCase()}!`;
  }
}

describeTool("finalAnswer", finalAnswer, { input: { answer: { years: [25] } }, badInput: {} });

describeTool(
  "webSearch",
  async () => {
    const endpoint = await startServer((response) => send(response, { body: RESULTS }));
    return webSearch({ endpoint, intervalMs: 0 });
  },
  { input: { query: "gdp" }, badInput: { query: ["gdp"] } },
);

let page = "";
describeTool(
  "visitWebpage",
  async () => {
    page = await startServer((response) => send(response, { body: "<h1>GDP</h1>" }));
    return visitWebpage();
  },
  { input: () => ({ url: page }), badInput: { url: 8080 } },
);

describeTool(
  "wikipediaSearch",
  async () => {
    const { endpoint } = await startWikipedia();
    return wikipediaSearch({ endpoint });
  },
  { input: { query: "gdp" }, badInput: { query: null } },
);

describeTool(
  "userInput",
  () => {
    const input = new PassThrough();
    input.end("blue\nblue\n");
    return userInput({ input, output: new PassThrough() });
  },
  { input: { question: "Which colour?" }, badInput: { question: 1 } },
);

describeTool("codeInterpreter", () => codeInterpreter(), {
  input: { code: "console.log(6); 6 * 7" },
  badInput: { code: { js: "6" } },
});

describeTool(
  "a tool made of a function",
  () =>
    tool({
      name: "travel",
      description: "Travels.",
      inputSchema: z.object({ to: z.object({ place: z.string(), stops: z.array(z.string()).default([]) }) }),
      outputSchema: z.object({ arrived: z.string() }),
      needsApproval: true,
      timeoutMs: 60_000,
      maxCalls: 1,
      execute: ({ to }) => ({ arrived: to.place }),
    }),
  { input: { to: { place: "Rome" } }, badInput: { to: { place: 3, stops: "all" } } },
);

describeTool(
  "a tool with a plain JSON Schema",
  () =>
    tool({
      name: "convert",
      description: "Converts.",
      inputSchema: { type: "object", properties: { unit: { enum: ["celsius", "kelvin"] } }, required: ["unit"] },
      execute: (input) => input,
    }),
  { input: { unit: "kelvin" }, badInput: { unit: "inch" } },
);

describeTool("a subclass of Tool", () => new Shout(), { input: { text: "hi" }, badInput: { text: 3 } });

describeTool("an MCP tool", async () => toolOf(await connect(STDIO), "add_numbers"), {
  input: { a: 1, b: 2 },
  badInput: { a: "one", b: 2 },
});

describeTool("a managed agent", managedAgent, { input: { task: "Find it" }, badInput: { task: 7 } });

/** The tool as which a manager has the agent: nobody else makes one. */
async function managedAgent(): Promise<Tool> {
  const tools: Tool[] = [];
  const helper = new ToolCallingAgent({
    model: new ScriptedModel(Array.from({ length: 10 }, () => answers("Paris"))),
    name: "helper",
    description: "Helps.",
    needsApproval: true,
    console: false,
  });
  const manager = new ToolCallingAgent({
    model: new ScriptedModel([calls(["helper", { task: "Find it" }]), answers(1)]),
    managedAgents: [helper],
    approve: (request) => tools.push(request.tool) > 1,
    console: false,
  });
  await manager.run("Go");
  if (!tools[0]) throw new Error("the manager did not ask for its agent");
  return tools[0];
}
