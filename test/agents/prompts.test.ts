import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  CODE_SYSTEM_PROMPT,
  CodeAgent,
  ConfigurationError,
  tool,
  TOOL_CALLING_SYSTEM_PROMPT,
  ToolCallingAgent,
} from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { answers, calls, writes } from "../support/replies.ts";
import { caller, search } from "../support/scripted-agents.ts";

describe("systemPrompt", () => {
  it("replaces the default one, its placeholders filled in", async () => {
    const model = new ScriptedModel([writes("finalAnswer(1)")]);
    const systemPrompt = `${CODE_SYSTEM_PROMPT}\nHere you go!`;
    const agent = new CodeAgent({ model, tools: [search], systemPrompt, console: false });
    await agent.run("Go");
    expect(agent.systemPrompt).toMatch(/declare function search\([\s\S]*Here you go!$/);
    expect(model.requests[0]?.messages[0]?.content).toBe(agent.systemPrompt);
  });

  it("of code also serves a tool-calling agent", () => {
    const options = { model: new ScriptedModel([]), tools: [search], systemPrompt: CODE_SYSTEM_PROMPT };
    expect(new ToolCallingAgent(options).systemPrompt).toContain("search");
  });

  it.each(["{{tool_descriptions}}", "{{managed_agents_descriptions}}", "{{authorized_imports}}"])(
    "without %s is refused, naming it",
    (placeholder) => {
      const systemPrompt = CODE_SYSTEM_PROMPT.replaceAll(placeholder, "");
      const create = (): unknown => new CodeAgent({ model: new ScriptedModel([]), systemPrompt });
      expect(create).toThrow(ConfigurationError);
      expect(create).toThrow(placeholder);
    },
  );

  it("of a tool-calling agent needs no imports, and takes the singular name of the team", () => {
    const systemPrompt = TOOL_CALLING_SYSTEM_PROMPT.replace(
      "managed_agents_descriptions",
      "managed_agents_description",
    );
    const managedAgents = [caller([], "searcher")];
    const agent = new ToolCallingAgent({ model: new ScriptedModel([]), managedAgents, systemPrompt });
    expect(agent.systemPrompt).toContain("searcher");
  });
});

describe("systemPrompt of one of many agents with the same tool", () => {
  const getTide = tool({ name: "get_tide", description: "High or low.", inputSchema: z.object({}), execute: () => "" });

  it.each([
    ["instructions", { instructions: "Be brief." }, "Be brief."],
    ["a template", { systemPrompt: `${TOOL_CALLING_SYSTEM_PROMPT}\nHere you go!` }, "Here you go!"],
    ["more tools", { tools: [search, getTide] }, "get_tide"],
    ["managed agents", { managedAgents: [caller([], "searcher")] }, "searcher"],
    ["an output schema", { outputSchema: z.object({ coastline: z.number() }) }, "coastline"],
  ])("tells of %s where it has them, and nowhere else", (_what, options, told) => {
    const prompts = [promptOf({}), promptOf(options), promptOf({})];
    expect(prompts.map((prompt) => prompt.includes(told))).toEqual([false, true, false]);
  });

  it("tells of a managed agent as it is described now", () => {
    const managed = { name: "searcher", description: "Searches.", provideRunSummary: false, run: neverAsked };
    const agent = new ToolCallingAgent({ model: new ScriptedModel([]), tools: [search], managedAgents: [managed] });
    const before = agent.systemPrompt;
    managed.description = "Sleeps.";
    expect([before.includes("Searches."), agent.systemPrompt.includes("Sleeps.")]).toEqual([true, true]);
  });
});

describe("prompts", () => {
  it("replace single prompts", async () => {
    const searcherModel = new ScriptedModel([answers("Paris")]);
    const searcher = new ToolCallingAgent({
      model: searcherModel,
      name: "searcher",
      description: "Searches.",
      console: false,
    });
    const model = new ScriptedModel(["My plan", calls(["searcher", { task: "Look" }]), "The end"]);
    const manager = new ToolCallingAgent({
      model,
      managedAgents: [searcher],
      planningInterval: 9,
      maxSteps: 1,
      console: false,
      prompts: {
        initialPlan: ({ task }) => `Plan this: ${task}`,
        managedAgentTask: ({ name, task }) => `${name}, do: ${task}`,
        managedAgentReport: ({ finalAnswer }) => `Report: ${finalAnswer}`,
        finalAnswer: ({ task }) => `Answer now: ${task}`,
      },
    });
    await manager.run("Go");
    expect(model.requests[0]?.messages).toEqual([{ role: "user", content: "Plan this: Go" }]);
    expect(searcherModel.requests[0]?.messages[1]?.content).toBe("New task:\nsearcher, do: Look");
    expect(JSON.stringify(model.requests[2]?.messages)).toContain("Report: Paris");
    expect(model.requests[2]?.messages.at(-1)?.content).toBe("Answer now: Go");
  });
});

function names(agent: { readonly tools: readonly { readonly name: string }[] }): string[] {
  return agent.tools.map(({ name }) => name).toSorted();
}

describe("addBaseTools", () => {
  it("adds the base tools, and code_interpreter where the agent does not act by code", () => {
    const model = new ScriptedModel([]);
    expect(names(new CodeAgent({ model, addBaseTools: true }))).toEqual([
      "final_answer",
      "visit_webpage",
      "web_search",
    ]);
    expect(names(new ToolCallingAgent({ model, addBaseTools: true }))).toEqual([
      "code_interpreter",
      "final_answer",
      "visit_webpage",
      "web_search",
    ]);
  });

  it("leaves a tool of the user's of the same name alone", () => {
    const mine = Object.assign(Object.create(search), { name: "web_search" });
    const agent = new ToolCallingAgent({ model: new ScriptedModel([]), tools: [mine], addBaseTools: true });
    expect(agent.tools.filter(({ name }) => name === "web_search")).toEqual([mine]);
  });
});

function promptOf(options: Partial<ConstructorParameters<typeof ToolCallingAgent>[0]>): string {
  return new ToolCallingAgent({ model: new ScriptedModel([]), tools: [search], ...options }).systemPrompt;
}

function neverAsked(): Promise<never> {
  return Promise.reject(new Error("not asked here"));
}
