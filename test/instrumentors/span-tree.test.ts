import { describe, expect, it } from "vitest";
import { ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { answers, calls, writes } from "../support/replies.ts";
import { caller, coder, search } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();

describe("the span tree", () => {
  it("shows agent, steps, model calls and tool calls of a ToolCallingAgent", async () => {
    await caller([calls(["search", { query: "a" }], ["search", { query: "b" }]), answers("done")]).run("Go");
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT ToolCallingAgent.run      OK
        CHAIN Step 1                  OK
          LLM ScriptedModel.generate  OK
          TOOL search                 OK
          TOOL search                 OK
        CHAIN Step 2                  OK
          LLM ScriptedModel.generate  OK
          TOOL final_answer           OK"
    `);
  });

  it("shows a manager, its code, the calls inside it, and the managed agent's own steps", async () => {
    const searcher = caller([calls(["search", { query: "growth" }]), answers("2.8 %")], "search_agent");
    const manager = coder(
      [
        writes(`const report = await search_agent({ task: "Find the growth." }); console.log(report);`),
        writes("finalAnswer(25.1)"),
      ],
      [searcher],
    );
    await manager.run("How long?");
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT CodeAgent.run                     OK
        CHAIN Step 1                          OK
          LLM ScriptedModel.generate          OK
          TOOL code_interpreter               OK
            TOOL search_agent                 OK
              AGENT search_agent.run          OK
                CHAIN Step 1                  OK
                  LLM ScriptedModel.generate  OK
                  TOOL search                 OK
                CHAIN Step 2                  OK
                  LLM ScriptedModel.generate  OK
                  TOOL final_answer           OK
        CHAIN Step 2                          OK
          LLM ScriptedModel.generate          OK
          TOOL code_interpreter               OK
            TOOL final_answer                 OK"
    `);
  });

  it("hangs parallel calls of code under their code span", async () => {
    await coder([
      writes(
        `const found = await Promise.all(["a", "b", "c"].map((query) => search({ query }))); finalAnswer(found.length);`,
      ),
    ]).run("Go");
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT CodeAgent.run             OK
        CHAIN Step 1                  OK
          LLM ScriptedModel.generate  OK
          TOOL code_interpreter       OK
            TOOL search               OK
            TOOL search               OK
            TOOL search               OK
            TOOL final_answer         OK"
    `);
  });

  it("shows plans and the forced answer", async () => {
    const agent = new ToolCallingAgent({
      model: new ScriptedModel(["1. Search.", calls(["search", { query: "a" }]), "I think so."]),
      tools: [search],
      planningInterval: 2,
      maxSteps: 1,
      console: false,
    });
    expect(await agent.run("Go")).toMatchObject({ output: "I think so.", stopReason: "max-steps" });
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT ToolCallingAgent.run      OK
        CHAIN Planning step           OK
          LLM ScriptedModel.generate  OK
        CHAIN Step 1                  OK
          LLM ScriptedModel.generate  OK
          TOOL search                 OK
        LLM ScriptedModel.generate    OK"
    `);
  });

  it("mixes up no parents among 20 agents at once", async () => {
    const agents = Array.from({ length: 20 }, (_, index) =>
      caller([calls(["search", { query: `q${index}` }]), answers(index)], `agent_${index}`),
    );
    await Promise.all(agents.map(async (agent, index) => agent.run(`Task ${index}`)));
    const expected = agents.map(({ name }, index) => `${name}: q${index}, ${index}`);
    expect(agents.map(({ name }) => `${name}: ${callsBelow(`${name}.run`).join(", ")}`)).toEqual(expected);
    expect(new Set(traces.spans().map((span) => span.spanContext().traceId)).size).toBe(20);
  });
});

/** What the tool calls below a span were asked, in order. */
function callsBelow(name: string): unknown[] {
  const root = traces.span(name);
  const below = traces
    .spans()
    .filter(
      (span) => span.attributes["openinference.span.kind"] === "TOOL" && isBelow(span, root.spanContext().spanId),
    );
  return below.map((span) => Object.values(JSON.parse(String(span.attributes["input.value"])))[0]);
}

function isBelow(span: ReturnType<typeof traces.span>, rootId: string): boolean {
  for (let parentId = span.parentSpanContext?.spanId; parentId; parentId = parentOf(parentId))
    if (parentId === rootId) return true;
  return false;
}

function parentOf(spanId: string): string | undefined {
  return traces.spans().find((span) => span.spanContext().spanId === spanId)?.parentSpanContext?.spanId;
}
