import { describe, expect, it } from "vitest";
import { CodeAgent, ConfigurationError, ParsingError, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { answers, writes } from "../support/replies.ts";
import { search } from "../support/scripted-agents.ts";

function structured(replies: readonly ScriptedReply[]) {
  const model = new ScriptedModel(replies);
  return { model, agent: new CodeAgent({ model, tools: [search], useStructuredOutputs: true, console: false }) };
}

describe("useStructuredOutputs", () => {
  it("asks for a thought and code as JSON, and runs the code", async () => {
    const { agent, model } = structured([JSON.stringify({ thought: "I compute.", code: "finalAnswer(6 * 7)" })]);
    expect((await agent.run("Go")).output).toBe(42);
    expect(model.requests[0]).toMatchObject({ responseFormat: { schema: { required: ["thought", "code"] } } });
    expect(agent.systemPrompt).toContain('"thought"');
  });

  it("tells a model that answers otherwise what is wanted", async () => {
    const { agent } = structured(["I am not sure.", '```json\n{"thought": "Now.", "code": "finalAnswer(1)"}\n```']);
    const { steps, output } = await agent.run("Go");
    expect(steps[1]).toMatchObject({ error: { type: "ParsingError", message: expect.stringContaining('{"thought"') } });
    expect(output).toBe(1);
  });
});

describe("thinking", () => {
  const reply = JSON.stringify({ thought: "I use <think> here", code: "finalAnswer('<think>x</think>')" });

  it.each([
    ["in the JSON stays", reply],
    ["whose opening tag is missing is left out", `{"thought": 1, "code": 2}? No.</think>\n${reply}`],
    ["before words with braces is left out", `<think>{"thought": "", "code": "no"}</think>With {x}: ${reply} {y}`],
  ])("%s", async (_claim, content) => {
    expect((await structured([content]).agent.run("Go")).output).toBe("<think>x</think>");
  });
});

describe("a closing tag", () => {
  it.each(["", "<", "</", "</c", "</co", "</cod", "</code", "</code>", "</cod\n"])(
    "of which %j is there is completed",
    async (end) => {
      const model = new ScriptedModel([`<code>\nfinalAnswer(1)\n${end}`]);
      const { output, steps } = await new CodeAgent({ model, console: false }).run("Go");
      expect(output).toBe(1);
      expect(steps[1]).toMatchObject({ modelOutput: "<code>\nfinalAnswer(1)\n</code>", code: "finalAnswer(1)" });
    },
  );
});

describe("code that calls wrongly", () => {
  it.each([
    [
      "a name that is not there",
      "await serch({ query: 'x' })",
      /^ReferenceError: serch is not .*: search, finalAnswer\.$/,
    ],
    ["a tool without names", "await search('x')", /one object of named arguments, search\(\{ name: … \}\)/],
  ])("%s is told the way out", async (_what, code, message) => {
    const model = new ScriptedModel([writes(code), writes("finalAnswer(1)")]);
    const { steps } = await new CodeAgent({ model, tools: [search], console: false }).run("Go");
    expect(steps[1]).toMatchObject({ error: { message: expect.stringMatching(message) } });
  });
});

describe("an answer that its length limit cut off", () => {
  it.each<[string, ScriptedReply]>([
    ["code", { content: "<code>\nconst a = [1, 2,", finishReason: "length" }],
    ["a thought", { content: "I am going to", finishReason: "max_tokens" }],
  ])("in %s runs nothing, and says why", async (_where, reply) => {
    const model = new ScriptedModel([reply, writes("finalAnswer(1)")]);
    const { steps } = await new CodeAgent({ model, console: false }).run("Go");
    expect(steps[1]).toMatchObject({
      error: { type: "ParsingError", message: expect.stringContaining("cut off by its length limit") },
    });
  });

  it("after its code was complete is run", async () => {
    const model = new ScriptedModel([{ content: "```js\nfinalAnswer(1)\n```\nAnd so", finishReason: "length" }]);
    expect((await new CodeAgent({ model, console: false }).run("Go")).output).toBe(1);
  });

  it("in JSON is told the same", async () => {
    const { agent } = structured([
      { content: '{"thought": "I", "code": "fin', finishReason: "length" },
      JSON.stringify({ thought: "", code: "finalAnswer(1)" }),
    ]);
    expect((await agent.run("Go")).steps[1]).toMatchObject({ error: { message: expect.stringContaining("cut off") } });
  });

  it("in a tool call loses that call, and none of those before it", async () => {
    const toolCalls = [
      { name: "search", arguments: { query: "a" } },
      { name: "search", arguments: '{"query": "b' },
    ];
    const model = new ScriptedModel([{ toolCalls, finishReason: "length" }, answers(1)]);
    const { steps } = await new ToolCallingAgent({ model, tools: [search], console: false }).run("Go");
    expect(steps[1]).toMatchObject({
      observations: [
        { text: "Found a" },
        { error: { type: ParsingError.name, message: expect.stringContaining("length limit") } },
      ],
    });
  });

  it("before any tool call says so, and not that none was found", async () => {
    const model = new ScriptedModel([{ content: "Let me think about", finishReason: "length" }, answers(1)]);
    const { steps } = await new ToolCallingAgent({ model, console: false }).run("Go");
    expect(steps[1]).toMatchObject({ error: { message: expect.stringContaining("length limit") } });
  });
});

describe("authorizedModules", () => {
  it("are what the code may import, and the prompt says so", async () => {
    const model = new ScriptedModel([writes('import { mean } from "simple-stats";\nfinalAnswer(mean([1, 3]))')]);
    const authorizedModules = { "simple-stats": "export const mean = (v) => v.reduce((a, b) => a + b) / v.length;" };
    const agent = new CodeAgent({ model, authorizedModules, console: false });
    expect((await agent.run("Go")).output).toBe(2);
    expect(agent.systemPrompt).toContain("simple-stats");
  });

  it("are listed to code that imports another", async () => {
    const model = new ScriptedModel([writes('import fs from "node:fs"'), writes("finalAnswer(1)")]);
    const agent = new CodeAgent({ model, authorizedModules: { "simple-stats": "export {}" }, console: false });
    const { steps } = await agent.run("Go");
    expect(steps[1]).toMatchObject({ error: { message: expect.stringMatching(/node:fs.*simple-stats/s) } });
  });

  it("that cannot be read are refused at once", () => {
    const authorizedModules = { broken: "export const = 1" };
    expect(() => new CodeAgent({ model: new ScriptedModel([]), authorizedModules })).toThrow(ConfigurationError);
  });
});
