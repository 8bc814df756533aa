import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { describePhoenix, phoenixUrl } from "./describe-phoenix.ts";
import {
  type PhoenixSpan,
  type PhoenixTrace,
  spanTreeText,
  waitForProjectTraces,
  waitForTrace,
} from "./phoenix-api.ts";

const QUESTION = "If the US keeps its 2024 growth rate, how many years will it take for the GDP to double?";
const SPANS = 19;

const messageSchema = z.object({
  message: z.object({
    role: z.string(),
    content: z.string().optional(),
    tool_call_id: z.string().optional(),
    tool_calls: z
      .array(
        z.object({
          tool_call: z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }),
        }),
      )
      .optional(),
  }),
});
const llmSchema = z.object({
  llm: z.object({
    system: z.string(),
    model_name: z.string(),
    finish_reason: z.string(),
    invocation_parameters: z.string(),
    input_messages: z.array(messageSchema),
    output_messages: z.array(messageSchema),
    tools: z.array(z.object({ tool: z.object({ json_schema: z.string() }) })).optional(),
    token_count: z.object({ prompt: z.number(), completion: z.number(), total: z.number() }),
  }),
});
const toolSchema = z.object({
  type: z.literal("function"),
  function: z.object({
    name: z.string(),
    description: z.string(),
    parameters: z.object({ type: z.literal("object") }),
  }),
});

describePhoenix("the trace of npm start", () => {
  let printed = "";
  let trace: PhoenixTrace;

  beforeAll(async () => {
    const project = `gdp-${randomUUID()}`;
    printed = await runExample(project);
    const [traceId = ""] = await waitForProjectTraces({ url: phoenixUrl, projectName: project });
    trace = await waitForTrace({ url: phoenixUrl, traceId, spans: SPANS });
  });

  it("is one trace with every span in its place, OK, and none of an unknown kind", () => {
    expect(spanTreeText(trace.spans)).toMatchInlineSnapshot(`
      "AGENT CodeAgent.run                     OK
        CHAIN Step 1                          OK
          LLM ScriptedModel.generate          OK
          TOOL code_interpreter               OK
            TOOL search_agent                 OK
              AGENT search_agent.run          OK
                CHAIN Step 1                  OK
                  LLM ScriptedModel.generate  OK
                  TOOL web_search             OK
                CHAIN Step 2                  OK
                  LLM ScriptedModel.generate  OK
                  TOOL visit_webpage          OK
                CHAIN Step 3                  OK
                  LLM ScriptedModel.generate  OK
                  TOOL final_answer           OK
        CHAIN Step 2                          OK
          LLM ScriptedModel.generate          OK
          TOOL code_interpreter               OK
            TOOL final_answer                 OK"
    `);
  });

  it("is the tree that was printed, and where it is said to be", () => {
    expect(printed).toContain("Answer: 25.1 years");
    expect(printed).toContain(spanTreeText(trace.spans));
    expect(printed).toContain(`${phoenixUrl}/redirects/traces/${trace.traceId}`);
  });

  it("has no orphan, and one root", () => {
    const ids = new Set(trace.spans.map(({ spanId }) => spanId));
    const parents = trace.spans.flatMap(({ parentId }) => parentId ?? []);
    expect(parents.filter((id) => !ids.has(id))).toEqual([]);
    expect(parents.length).toBe(trace.spans.length - 1);
  });

  it("has the question and the answer as plain text on its root", () => {
    expect(spansOf("AGENT")[0]?.attributes).toMatchObject({
      input: { value: QUESTION, mime_type: "text/plain" },
      output: { value: "25.1 years", mime_type: "text/plain" },
      agent: { name: "CodeAgent" },
    });
  });

  it("has the model, its parameters and its finish reason on LLM spans", () => {
    expect(llmSpans().map(({ llm }) => [llm.model_name, llm.finish_reason])).toEqual([
      ["scripted-gdp", "stop"],
      ["scripted-gdp", "tool_calls"],
      ["scripted-gdp", "tool_calls"],
      ["scripted-gdp", "tool_calls"],
      ["scripted-gdp", "stop"],
    ]);
    expect(JSON.parse(llmSpans()[1]?.llm.invocation_parameters ?? "")).toMatchObject({ tool_choice: "required" });
  });

  it("has the messages with their roles as sent, calls and results under one id", () => {
    const sent = llmSpans().map(({ llm }) => llm.input_messages.map(({ message }) => message));
    expect(sent.map((messages) => messages.map(({ role }) => role))).toEqual([
      ["system", "user"],
      ["system", "user"],
      ["system", "user", "assistant", "tool"],
      ["system", "user", "assistant", "tool", "assistant", "tool"],
      ["system", "user", "assistant", "user"],
    ]);
    const [, , asked, answered] = sent[2] ?? [];
    expect(asked?.tool_calls?.[0]?.tool_call.id).toBe(answered?.tool_call_id);
    expect(answered?.content).toMatch(/^## Search Results/);
  });

  it("has the tool calls that the model asked for, with ids and arguments", () => {
    const calls = llmSpans().flatMap(({ llm }) => llm.output_messages[0]?.message.tool_calls ?? []);
    expect(
      calls.map(({ tool_call: { id, function: called } }) => [
        id,
        called.name,
        Object.keys(JSON.parse(called.arguments)).join(),
      ]),
    ).toEqual([
      ["call_1", "web_search", "query"],
      ["call_2", "visit_webpage", "url"],
      ["call_3", "final_answer", "answer"],
    ]);
  });

  it("has the schemas of the tools that each model call was offered, the managed agent among them", () => {
    const offered = llmSpans().map(({ llm }) =>
      (llm.tools ?? []).map(({ tool }) => toolSchema.parse(JSON.parse(tool.json_schema))),
    );
    const names = offered.map((tools) => tools.map(({ function: described }) => described.name));
    const [manager, searcher] = [
      ["final_answer", "search_agent"],
      ["web_search", "visit_webpage", "final_answer"],
    ];
    expect(names).toEqual([manager, searcher, searcher, searcher, manager]);
  });

  it("shows the code and what it printed on the spans of the code", () => {
    const [first, second] = trace.spans.filter(({ name }) => name === "code_interpreter");
    expect(first?.attributes).toMatchObject({ input: { value: expect.stringContaining("await search_agent(") } });
    expect(second?.attributes).toMatchObject({
      output: { value: expect.stringMatching(/^years: 25\.1\d+\nFinal answer: 25\.1 years$/) },
    });
  });

  it("names the tool, its schema and the id of its call on the spans of calls", () => {
    expect(trace.spans.find(({ name }) => name === "web_search")?.attributes).toMatchObject({
      tool: { name: "web_search", id: "call_1", parameters: { type: "object", required: ["query"] } },
      input: { mime_type: "application/json" },
    });
  });

  it("counts as many tokens as the LLM spans have together", () => {
    const total = llmSpans().reduce((sum, { llm }) => sum + llm.token_count.total, 0);
    const root = trace.spans.find(({ parentId }) => parentId === null);
    expect([total, root?.cumulativeTokenCountTotal]).toEqual([9040, 9040]);
  });

  function spansOf(kind: string): PhoenixSpan[] {
    return trace.spans.filter((span) => span.kind === kind);
  }

  function llmSpans() {
    return spansOf("LLM").map(({ attributes }) => llmSchema.parse(attributes));
  }
});

async function runExample(project: string): Promise<string> {
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, HF_TOKEN: _token, ...env } = process.env;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "--conditions=@vitrine/source", "examples/gdp.ts"],
    {
      env: { ...env, PHOENIX_COLLECTOR_ENDPOINT: phoenixUrl, PHOENIX_PROJECT: project },
    },
  );
  return stdout;
}
