import { SpanStatusCode } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { ModelError } from "vitrine";
import type { ScriptedReply } from "vitrine/testing";
import { answers, calls, writes } from "../support/replies.ts";
import { caller, coder } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();

describe("a failure", () => {
  it("marks a failed tool that the model got over on its own span only", async () => {
    await caller([calls(["search", { query: "bad" }]), answers("done")]).run("Go");
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT ToolCallingAgent.run      OK
        CHAIN Step 1                  OK
          LLM ScriptedModel.generate  OK
          TOOL search                 ERROR
        CHAIN Step 2                  OK
          LLM ScriptedModel.generate  OK
          TOOL final_answer           OK"
    `);
    expect(traces.span("Step 1").events.map(({ name, attributes }) => ({ name, ...attributes }))).toEqual([
      {
        name: "agent.step_recovery",
        type: "ToolExecutionError",
        message: 'Tool "search" failed: no network',
        severity: "expected",
      },
    ]);
  });

  it("marks failed code that the model got over on its own span only", async () => {
    await coder([writes("console.log(1); missing();"), writes("finalAnswer(2)")]).run("Go");
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT CodeAgent.run             OK
        CHAIN Step 1                  OK
          LLM ScriptedModel.generate  OK
          TOOL code_interpreter       ERROR
        CHAIN Step 2                  OK
          LLM ScriptedModel.generate  OK
          TOOL code_interpreter       OK
            TOOL final_answer         OK"
    `);
  });

  it("marks a tool that failed inside code on both, when the code did not catch it", async () => {
    await coder([writes(`await search({ query: "bad" })`), writes("finalAnswer(2)")]).run("Go");
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT CodeAgent.run             OK
        CHAIN Step 1                  OK
          LLM ScriptedModel.generate  OK
          TOOL code_interpreter       ERROR
            TOOL search               ERROR
        CHAIN Step 2                  OK
          LLM ScriptedModel.generate  OK
          TOOL code_interpreter       OK
            TOOL final_answer         OK"
    `);
  });

  it("marks the tool only, when the code caught its failure", async () => {
    await coder([writes(`try { await search({ query: "bad" }) } catch { finalAnswer("none") }`)]).run("Go");
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT CodeAgent.run             OK
        CHAIN Step 1                  OK
          LLM ScriptedModel.generate  OK
          TOOL code_interpreter       OK
            TOOL search               ERROR
            TOOL final_answer         OK"
    `);
  });

  it("has no span for a tool that is not there, and an OK step with the reason", async () => {
    await caller([calls(["serch", {}]), answers("done")]).run("Go");
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT ToolCallingAgent.run      OK
        CHAIN Step 1                  OK
          LLM ScriptedModel.generate  OK
        CHAIN Step 2                  OK
          LLM ScriptedModel.generate  OK
          TOOL final_answer           OK"
    `);
    expect(traces.span("Step 1").events[0]?.attributes).toMatchObject({ type: "ToolNotFoundError" });
  });

  it("ends LLM, step and agent as ERROR when the model fails, with one exception event each", async () => {
    await expect(caller([calls(["search", { query: "a" }]), new Error("502")]).run("Go")).rejects.toBeInstanceOf(
      ModelError,
    );
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT ToolCallingAgent.run      ERROR
        CHAIN Step 1                  OK
          LLM ScriptedModel.generate  OK
          TOOL search                 OK
        CHAIN Step 2                  ERROR
          LLM ScriptedModel.generate  ERROR"
    `);
    const failed = traces.spans().filter(({ status }) => status.code === SpanStatusCode.ERROR);
    expect(failed.map(({ events }) => events.map(({ name }) => name))).toEqual([
      ["exception"],
      ["exception"],
      ["exception"],
    ]);
  });

  it("is recorded also when what was thrown is no Error", async () => {
    const replies = [async () => Promise.reject("just a text")];
    await expect(caller(replies).run("Go")).rejects.toThrow("just a text");
    const [event] = traces.span("ScriptedModel.generate").events;
    expect(event?.attributes).toMatchObject({ "exception.message": expect.stringContaining("just a text") });
  });

  it("has the manager recover when the model of a managed agent fails", async () => {
    const searcher = caller([new Error("502")], "search_agent");
    await coder([writes(`await search_agent({ task: "Find." })`), writes("finalAnswer(0)")], [searcher]).run("Go");
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT CodeAgent.run                     OK
        CHAIN Step 1                          OK
          LLM ScriptedModel.generate          OK
          TOOL code_interpreter               ERROR
            TOOL search_agent                 ERROR
              AGENT search_agent.run          ERROR
                CHAIN Step 1                  ERROR
                  LLM ScriptedModel.generate  ERROR
        CHAIN Step 2                          OK
          LLM ScriptedModel.generate          OK
          TOOL code_interpreter               OK
            TOOL final_answer                 OK"
    `);
  });

  it("ends every span when the run is aborted in the middle of a model call", async () => {
    const abort = new AbortController();
    const hanging: ScriptedReply = async () => {
      setImmediate(() => abort.abort(new Error("user left")));
      return new Promise<string>(() => {});
    };
    await expect(caller([hanging]).run("Go", { signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT ToolCallingAgent.run      ERROR
        CHAIN Step 1                  ERROR
          LLM ScriptedModel.generate  ERROR"
    `);
  });

  it("ends every span when the consumer leaves the stream", async () => {
    const searcher = caller([async () => new Promise<string>(() => {})], "search_agent");
    const manager = coder([writes(`await search_agent({ task: "Find." })`)], [searcher]);
    for await (const event of manager.stream("Go")) {
      if (event.type === "step-start" && event.agentPath.length === 1) break;
    }
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT CodeAgent.run                     ERROR
        CHAIN Step 1                          ERROR
          LLM ScriptedModel.generate          OK
          TOOL code_interpreter               ERROR
            TOOL search_agent                 ERROR
              AGENT search_agent.run          ERROR
                CHAIN Step 1                  ERROR
                  LLM ScriptedModel.generate  ERROR"
    `);
  });
});
