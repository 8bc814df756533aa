import { describe, expect, it } from "vitest";
import { Model, type ModelOutput, ToolCallingAgent } from "vitrine";
import { gdpAgents, runGdp } from "../support/gdp.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();

function llm(index: number) {
  const span = traces
    .spans()
    .filter(({ name }) => name === "ScriptedModel.generate")
    .at(index);
  if (!span) throw new Error(`there is no LLM span ${index}`);
  return span.attributes;
}

describe("attributes", () => {
  it("tell on the AGENT span what was asked and answered, as plain text, and why it stopped", async () => {
    await runGdp("plain");
    expect(traces.span("CodeAgent.run").attributes).toMatchInlineSnapshot(`
      {
        "agent.name": "CodeAgent",
        "graph.node.id": "CodeAgent",
        "graph.node.name": "CodeAgent",
        "input.mime_type": "text/plain",
        "input.value": "If the US keeps its 2024 growth rate, how many years will it take for the GDP to double?",
        "openinference.span.kind": "AGENT",
        "output.mime_type": "text/plain",
        "output.value": "25.1 years",
        "vitrine.managed_agents.0.description": "This is an agent that can do web search.",
        "vitrine.managed_agents.0.name": "search_agent",
        "vitrine.max_steps": 20,
        "vitrine.stop_reason": "final-answer",
        "vitrine.tools_names": [
          "final_answer",
        ],
        "vitrine.usage.input_tokens": 8648,
        "vitrine.usage.output_tokens": 392,
        "vitrine.usage.total_tokens": 9040,
      }
    `);
  });

  it("name the managed agent and its manager on the managed AGENT span", async () => {
    await runGdp("plain");
    const { attributes } = traces.span("search_agent.run");
    expect(attributes).toMatchObject({
      "agent.name": "search_agent",
      "graph.node.id": "search_agent",
      "graph.node.parent_id": "CodeAgent",
      "vitrine.tools_names": ["web_search", "visit_webpage", "final_answer"],
    });
  });

  it("tell on a CHAIN span what the step started from and what was observed", async () => {
    await runGdp("plain");
    const steps = traces
      .spans()
      .filter(({ name }) => name === "Step 2")
      .map(({ attributes }) => attributes);
    expect(steps).toMatchObject([
      {
        "agent.name": "search_agent",
        "input.value": expect.stringMatching(/^## Search Results/),
        "output.value": expect.stringMatching(/^# Gross/),
      },
      {
        "agent.name": "CodeAgent",
        "input.value": expect.stringMatching(/^Execution logs:/),
        "output.value": "25.1 years",
      },
    ]);
  });

  it("tell on an LLM span all that was sent and said", async () => {
    await runGdp("plain");
    const { ["llm.input_messages.0.message.content"]: system, ...attributes } = llm(2);
    expect(system).toContain("You are an expert assistant");
    expect(attributes).toMatchInlineSnapshot(`
      {
        "input.mime_type": "text/plain",
        "input.value": "## Search Results

      [Gross Domestic Product | U.S. Bureau of Economic Analysis](https://www.bea.gov/data/gdp/gross-domestic-product)
      Real GDP increased 2.8 percent in 2024 (from the 2023 annual level to the 2024 annual level).

      [United States GDP growth](https://example.org/us-gdp)
      The economy of the United States grew by 2.8 % in 2024.",
        "llm.finish_reason": "tool_calls",
        "llm.input_messages.0.message.role": "system",
        "llm.input_messages.1.message.content": "New task:
      You're a helpful agent named 'search_agent'.
      You have been submitted this task by your manager.
      ---
      Task:
      Find the growth rate of the real GDP of the United States in 2024, in percent, with its source.
      ---
      You're helping your manager solve a wider task: so make sure to not provide a one-line answer, but give as much information as possible to give them a clear understanding of the answer.

      Your final answer WILL HAVE to contain these parts:
      ### 1. Task outcome (short version):
      ### 2. Task outcome (extremely detailed version):
      ### 3. Additional context (if relevant):

      Put all these in your final answer: everything that you do not pass on as the answer will be lost.
      And even if your task does not succeed, please return as much context as possible, so that your manager can act upon this feedback.",
        "llm.input_messages.1.message.role": "user",
        "llm.input_messages.2.message.content": "I search for the figure.",
        "llm.input_messages.2.message.role": "assistant",
        "llm.input_messages.2.message.tool_calls.0.tool_call.function.arguments": "{"query":"US real GDP growth rate 2024 annual BEA"}",
        "llm.input_messages.2.message.tool_calls.0.tool_call.function.name": "web_search",
        "llm.input_messages.2.message.tool_calls.0.tool_call.id": "call_1",
        "llm.input_messages.3.message.content": "## Search Results

      [Gross Domestic Product | U.S. Bureau of Economic Analysis](https://www.bea.gov/data/gdp/gross-domestic-product)
      Real GDP increased 2.8 percent in 2024 (from the 2023 annual level to the 2024 annual level).

      [United States GDP growth](https://example.org/us-gdp)
      The economy of the United States grew by 2.8 % in 2024.",
        "llm.input_messages.3.message.name": "web_search",
        "llm.input_messages.3.message.role": "tool",
        "llm.input_messages.3.message.tool_call_id": "call_1",
        "llm.invocation_parameters": "{"model":"scripted-gdp","stop":["Observation:","Calling tools:"],"tool_choice":"required"}",
        "llm.model_name": "scripted-gdp",
        "llm.output_messages.0.message.content": "The agency's own page is the best source: I read it.",
        "llm.output_messages.0.message.role": "assistant",
        "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": "{"url":"https://www.bea.gov/data/gdp/gross-domestic-product"}",
        "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "visit_webpage",
        "llm.output_messages.0.message.tool_calls.0.tool_call.id": "call_2",
        "llm.request.model_name": "scripted-gdp",
        "llm.response.model_name": "scripted-gdp",
        "llm.system": "scripted",
        "llm.token_count.completion": 38,
        "llm.token_count.prompt": 1391,
        "llm.token_count.total": 1429,
        "llm.tools.0.tool.json_schema": "{"type":"function","function":{"name":"web_search","description":"Searches the web and gives the top results (canned).","parameters":{"type":"object","properties":{"query":{"type":"string","description":"The search query."}},"required":["query"]}}}",
        "llm.tools.1.tool.json_schema": "{"type":"function","function":{"name":"visit_webpage","description":"Reads a web page and gives its content as Markdown (canned).","parameters":{"type":"object","properties":{"url":{"type":"string","description":"The address of the page."}},"required":["url"]}}}",
        "llm.tools.2.tool.json_schema": "{"type":"function","function":{"name":"final_answer","description":"Gives the final answer to the task, and ends the work on it.","parameters":{"type":"object","properties":{"answer":{"description":"The final answer: a text, a number, or any other JSON value, as the task asks."}},"required":["answer"]}}}",
        "openinference.span.kind": "LLM",
        "output.mime_type": "application/json",
        "output.value": "{"content":"The agency's own page is the best source: I read it.","toolCalls":[{"id":"call_2","name":"visit_webpage","arguments":{"url":"https://www.bea.gov/data/gdp/gross-domestic-product"}}]}",
      }
    `);
  });

  it("show the model's tool calls with ids and arguments", async () => {
    await runGdp("plain");
    expect(llm(1)).toMatchObject({
      "llm.finish_reason": "tool_calls",
      "llm.output_messages.0.message.tool_calls.0.tool_call.id": "call_1",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "web_search",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments":
        '{"query":"US real GDP growth rate 2024 annual BEA"}',
    });
  });

  it("offer a managed agent among the tools of a ToolCallingAgent's model call", async () => {
    const { manager: worker } = gdpAgents();
    const managed = Object.assign(Object.create(worker), { name: "worker", description: "Works." });
    const model = new (class Parrot extends Model {
      readonly modelId = "parrot";
      protected override async doGenerate(): Promise<ModelOutput> {
        return {
          message: {
            role: "assistant",
            content: "",
            toolCalls: [{ id: "1", name: "final_answer", arguments: { answer: 1 } }],
          },
        };
      }
    })();
    await new ToolCallingAgent({ model, managedAgents: [managed], console: false }).run("Go");
    const schemas = Object.entries(traces.span("Parrot.generate").attributes).filter(([key]) =>
      key.startsWith("llm.tools."),
    );
    expect(schemas.map(([, schema]) => JSON.parse(String(schema)).function.name)).toEqual(["final_answer", "worker"]);
  });

  it("tell on a TOOL span its schema, the id of its call, its arguments and its result", async () => {
    await runGdp("plain");
    expect(traces.span("web_search").attributes).toMatchInlineSnapshot(`
      {
        "input.mime_type": "application/json",
        "input.value": "{"query":"US real GDP growth rate 2024 annual BEA"}",
        "openinference.span.kind": "TOOL",
        "output.mime_type": "text/plain",
        "output.value": "## Search Results

      [Gross Domestic Product | U.S. Bureau of Economic Analysis](https://www.bea.gov/data/gdp/gross-domestic-product)
      Real GDP increased 2.8 percent in 2024 (from the 2023 annual level to the 2024 annual level).

      [United States GDP growth](https://example.org/us-gdp)
      The economy of the United States grew by 2.8 % in 2024.",
        "tool.description": "Searches the web and gives the top results (canned).",
        "tool.id": "call_1",
        "tool.json_schema": "{"type":"function","function":{"name":"web_search","description":"Searches the web and gives the top results (canned).","parameters":{"type":"object","properties":{"query":{"type":"string","description":"The search query."}},"required":["query"]}}}",
        "tool.name": "web_search",
        "tool.parameters": "{"type":"object","properties":{"query":{"type":"string","description":"The search query."}},"required":["query"]}",
      }
    `);
  });

  it("tell on a code span the code, what was printed, and the last value", async () => {
    await runGdp("plain");
    const spans = traces.spans().filter(({ name }) => name === "code_interpreter");
    expect(spans[1]?.attributes).toMatchObject({
      "tool.name": "code_interpreter",
      "input.value": expect.stringContaining("Math.log(2)"),
      "input.mime_type": "text/plain",
      "output.value": "years: 25.10023494452543\nFinal answer: 25.1 years",
    });
  });

  it("count tokens on LLM spans only", async () => {
    const { usage } = await runGdp("plain");
    const counted = traces.spans().filter(({ attributes }) => "llm.token_count.total" in attributes);
    expect(new Set(counted.map(({ attributes }) => attributes["openinference.span.kind"]))).toEqual(new Set(["LLM"]));
    expect(counted.reduce((sum, { attributes }) => sum + Number(attributes["llm.token_count.total"]), 0)).toBe(
      usage.totalTokens,
    );
  });
});
