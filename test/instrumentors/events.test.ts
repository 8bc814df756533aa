import { describe, expect, it } from "vitest";
import { OpenAIModel, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { startServer } from "../support/http-server.ts";
import { answers, calls } from "../support/replies.ts";
import { search } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();

/** The events of the spans of a name, in order, without times. */
function eventsOf(name: string) {
  const events = traces
    .spans()
    .filter((span) => span.name === name)
    .flatMap((span) => span.events);
  return events.map((event) => ({ name: event.name, ...event.attributes }));
}

function agentOf(
  replies: readonly ScriptedReply[],
  options: Partial<ConstructorParameters<typeof ToolCallingAgent>[0]> = {},
) {
  return new ToolCallingAgent({ model: new ScriptedModel(replies), tools: [search], console: false, ...options });
}

const plain = { description: "Works.", inputSchema: z.object({}), execute: () => "done" };
const dangerous = tool({ ...plain, name: "dangerous", needsApproval: true });

const notToday = () => ({ reason: "not today" });

describe("events", () => {
  it("tell of the first token of a streamed answer, once", async () => {
    await agentOf([{ ...answers("x"), content: "I know it" }]).run("Go", { onEvent: () => {} });
    expect(eventsOf("ScriptedModel.generate")).toEqual([
      { name: "First Token Stream Event", "gen_ai.response.time_to_first_chunk": expect.any(Number) },
    ]);
  });

  it("tell of no first token where nobody streams", async () => {
    await agentOf([{ ...answers("x"), content: "I know it" }]).run("Go");
    expect(eventsOf("ScriptedModel.generate")).toEqual([]);
  });

  it("tell of a retry on the LLM span, which is no failure", async () => {
    let requests = 0;
    const message = { role: "assistant", content: "hello" };
    const url = await startServer((response) => {
      response.writeHead(++requests === 1 ? 503 : 200, { "content-type": "application/json", "retry-after-ms": "1" });
      response.end(
        requests === 1 ? "{}" : JSON.stringify({ model: "m", choices: [{ index: 0, message, finish_reason: "stop" }] }),
      );
    });
    const model = new OpenAIModel({ modelId: "m", apiKey: "none", baseURL: `${url}/v1` });
    await model.generate({ messages: [{ role: "user", content: "Hi" }] });
    expect(eventsOf("OpenAIModel.generate")).toEqual([
      { name: "llm.retry", attempt: 1, reason: "503 Service Unavailable", "http.response.status_code": 503 },
    ]);
  });

  it("tell on the step of a final answer that a check refused, and that the step went on", async () => {
    const finalAnswerChecks = [(answer: unknown) => answer === "good" || "not good"];
    await agentOf([answers("bad"), answers("good")], { finalAnswerChecks }).run("Go");
    const message = expect.stringContaining("not good");
    expect(eventsOf("Step 1")).toEqual([
      { name: "agent.final_answer_check", type: "FinalAnswerCheckError", message },
      { name: "agent.step_recovery", type: "FinalAnswerCheckError", message, severity: "expected" },
    ]);
    expect(eventsOf("Step 2")).toEqual([]);
  });

  it("tell on the TOOL span of a call that nobody approved", async () => {
    await agentOf([calls(["dangerous", {}]), answers(1)], { tools: [dangerous], approve: notToday }).run("Go");
    expect(eventsOf("dangerous")).toMatchObject([
      {
        name: "tool.call_refused",
        type: "ToolExecutionError",
        refused_by: "approval",
        message: expect.stringContaining("not today"),
      },
      { name: "exception", "exception.type": "ToolExecutionError" },
    ]);
  });

  it("tell on the TOOL span of a call beyond the tool's maxCalls, which is no approval", async () => {
    const rare = tool({ ...plain, name: "rare", maxCalls: 1 });
    await agentOf([calls(["rare", {}]), calls(["rare", {}]), answers(1)], { tools: [rare] }).run("Go");
    expect(eventsOf("rare")).toMatchObject([
      { name: "tool.call_refused", refused_by: "maxCalls", message: expect.stringContaining("1 time in a run") },
      { name: "exception", "exception.type": "ToolExecutionError" },
    ]);
  });

  it("tell of no refusal where a tool ran, and failed", async () => {
    await agentOf([calls(["search", { query: "bad" }]), answers(1)]).run("Go");
    expect(eventsOf("search").map(({ name }) => name)).toEqual(["exception"]);
  });

  it("tell of no refusal where a call was approved", async () => {
    await agentOf([calls(["dangerous", {}]), answers(1)], { tools: [dangerous], approve: () => true }).run("Go");
    expect(eventsOf("dangerous")).toEqual([]);
  });

  it("tell on the AGENT span of the limit that ended the run", async () => {
    await agentOf([calls(["search", { query: "a" }]), "last word"], { maxSteps: 1 }).run("Go");
    expect(eventsOf("ToolCallingAgent.run")).toEqual([
      { name: "agent.limit", type: "max-steps", message: expect.any(String) },
    ]);
    expect(traces.span("ToolCallingAgent.run").attributes["vitrine.stop_reason"]).toBe("max-steps");
  });

  it("tell of the limit as the failure, where it ends the run by an error", async () => {
    const agent = agentOf([calls(["search", { query: "a" }])], { maxSteps: 1, onLimit: "throw" });
    await expect(agent.run("Go")).rejects.toMatchObject({ name: "LimitError" });
    expect(eventsOf("ToolCallingAgent.run")).toMatchObject([{ name: "exception", "exception.type": "LimitError" }]);
  });
});

describe("the budget of a run", () => {
  it("is told on every step, as far as it is limited", async () => {
    const limits = { toolCalls: 9, totalTokens: 1000, costUsd: 1 };
    const price = { inputPerMillion: 1000, outputPerMillion: 1000 };
    const model = new ScriptedModel([calls(["search", { query: "a" }]), answers(1)], { price });
    await agentOf([], { model, maxSteps: 5, limits }).run("Go");
    const told = ["Step 1", "Step 2"].map((name) =>
      Object.fromEntries(Object.entries(traces.span(name).attributes).filter(([key]) => /limits|remaining/.test(key))),
    );
    const limited = {
      "vitrine.limits.steps": 5,
      "vitrine.limits.tool_calls": 9,
      "vitrine.limits.total_tokens": 1000,
      "vitrine.limits.cost_usd": 1,
    };
    expect(told).toMatchObject([
      {
        ...limited,
        "vitrine.remaining.steps": 5,
        "vitrine.remaining.tool_calls": 9,
        "vitrine.remaining.total_tokens": 1000,
        "vitrine.remaining.cost_usd": 1,
      },
      {
        ...limited,
        "vitrine.remaining.steps": 4,
        "vitrine.remaining.tool_calls": 8,
        "vitrine.remaining.total_tokens": 890,
        "vitrine.remaining.cost_usd": 0.89,
      },
    ]);
  });
});
