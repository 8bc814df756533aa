import { AzureOpenAIModel, CodeAgent, HfApiModel, InferenceClientModel, OpenAIModel, ToolCallingAgent } from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { describe, expect, it } from "vitest";
import { messageAttributes } from "../../instrumentors/agent/attributes/messages.ts";
import { startServer } from "../support/http-server.ts";
import { answers, calls, writes } from "../support/replies.ts";
import { caller, coder, search } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";

// What went wrong in the Python instrumentor of smolagents, as far as no other file shows that it does not here.

const traces = traceEachTest();

const spansOf = (name: string) => traces.spans().filter((span) => span.name === name);
const attributesOf = (name: string) => spansOf(name).map(({ attributes }) => attributes);

/** A reply that takes ten tokens. */
function counted(reply: object): ScriptedReply {
  return { content: "Go on.", ...reply, usage: { inputTokens: 7, outputTokens: 3 } };
}

/** The tokens of the LLM spans from an index on. */
function tokensFrom(start: number): number {
  const spans = traces.spans().slice(start);
  return spans.reduce((sum, { attributes }) => sum + Number(attributes["llm.token_count.total"] ?? 0), 0);
}

describe("a run span", () => {
  it("tells its own task and limit, also at the next run of the same agent", async () => {
    const agent = caller([answers(1), answers(2)]);
    await agent.run("First");
    await agent.run("Second", { maxSteps: 3 });
    expect(attributesOf("ToolCallingAgent.run")).toMatchObject([
      { "input.value": "First", "vitrine.max_steps": 20 },
      { "input.value": "Second", "vitrine.max_steps": 3 },
    ]);
  });

  it("tells what the run used: planning, managed agents and the forced answer too, and nothing of the run before", async () => {
    const searcher = caller([counted(calls(["search", { query: "a" }])), counted(answers(1))], "searcher");
    const model = new ScriptedModel([
      counted({ content: "1. Ask." }),
      counted(writes(`await searcher({ task: "Find." })`)),
      counted({ content: "The end." }),
      counted({ content: "1. Answer." }),
      counted(writes("finalAnswer(2)")),
    ]);
    const agent = new CodeAgent({ model, managedAgents: [searcher], planningInterval: 5, maxSteps: 1, console: false });
    await agent.run("Go");
    const { length } = traces.spans();
    const first = tokensFrom(0);
    await agent.run("Go on", { reset: false });
    const runs = attributesOf("CodeAgent.run").map((attributes) => attributes["vitrine.usage.total_tokens"]);
    expect([runs, first, tokensFrom(length)]).toEqual([[50, 20], 50, 20]);
  });
});

describe("an LLM span", () => {
  it("that failed tells its HTTP status, and all that was known before: model, system, parameters, tools, messages", async () => {
    const baseURL = `${await startServer((response) => response.writeHead(400).end("{}"))}/v1`;
    const model = new OpenAIModel({ modelId: "gpt-5-mini", apiKey: "none", baseURL, maxRetries: 0, seed: 1 });
    await new ToolCallingAgent({ model, tools: [search], console: false }).run("Go").catch(() => {});
    expect(attributesOf("OpenAIModel.generate")).toMatchObject([
      {
        "llm.system": "openai",
        "llm.model_name": "gpt-5-mini",
        "llm.request.model_name": "gpt-5-mini",
        "llm.invocation_parameters": expect.stringContaining('"seed":1'),
        "llm.tools.0.tool.json_schema": expect.stringContaining('"search"'),
        "llm.input_messages.1.message.content": expect.stringContaining("Go"),
        "input.value": expect.stringContaining("Go"),
        "http.response.status_code": 400,
      },
    ]);
    // A server on this machine is nobody's.
    expect(attributesOf("OpenAIModel.generate")[0]).not.toHaveProperty("llm.provider");
  });

  it("has the failed call of the step before, and its error under the same id, in the roles that were sent", async () => {
    await caller([calls(["search", { query: "bad" }]), answers(1)]).run("Go");
    const [, second = {}] = attributesOf("ScriptedModel.generate");
    expect(second).toMatchObject({
      "llm.input_messages.2.message.role": "assistant",
      "llm.input_messages.2.message.tool_calls.0.tool_call.id": "call_1",
      "llm.input_messages.2.message.tool_calls.0.tool_call.function.name": "search",
      "llm.input_messages.3.message.role": "tool",
      "llm.input_messages.3.message.tool_call_id": "call_1",
      "llm.input_messages.3.message.content": expect.stringMatching(/^Error:[^]*no network/),
    });
    expect(second["llm.input_messages.1.message.content"]).not.toContain("no network");
  });

  it("has no gap where a message is empty", () => {
    const empty = { role: "assistant", content: "", toolCalls: [] } as const;
    expect(messageAttributes("m", [empty, { role: "user", content: "Hi" }])).toEqual({
      "m.0.message.role": "assistant",
      "m.1.message.role": "user",
      "m.1.message.content": "Hi",
    });
  });
});

describe("a step span", () => {
  it("tells of an answer in which no call was found, and is no failure", async () => {
    await caller(["I do not know.", answers(1)]).run("Go");
    const [step] = spansOf("Step 1");
    expect(step?.status.code).toBe(1);
    expect(step?.events.map(({ name, attributes }) => [name, attributes?.["type"]])).toEqual([
      ["agent.step_recovery", "ParsingError"],
    ]);
  });

  it("has no second exception where it failed for good", async () => {
    await caller([new Error("502")])
      .run("Go")
      .catch(() => {});
    expect(traces.spans().map(({ events }) => events.map(({ name }) => name))).toEqual([
      ["exception"],
      ["exception"],
      ["exception"],
    ]);
  });
});

describe("a tool span", () => {
  it("has the name of the tool, that of the final answer too, and no name of a class", async () => {
    await coder([writes(`finalAnswer(await search({ query: "a" }))`)]).run("Go");
    const names = traces.spans().filter(({ attributes }) => attributes["openinference.span.kind"] === "TOOL");
    expect(names.map(({ name }) => name)).toEqual(["search", "final_answer", "code_interpreter"]);
  });
});

it("leaves no method on any class that had none, when it is given up", async () => {
  const classes = [OpenAIModel, AzureOpenAIModel, InferenceClientModel, HfApiModel, ScriptedModel];
  const owned = () => classes.map(({ prototype }) => Object.hasOwn(prototype, "generate"));
  await caller([answers(1)]).run("Go");
  instrument().uninstrument();
  const { length } = traces.spans();
  await caller([answers(1)]).run("Go");
  expect([owned(), traces.spans().length]).toEqual([classes.map(() => false), length]);
});
