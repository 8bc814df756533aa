import { SpanKind } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { instrument } from "vitrine/instrumentors";
import { ScriptedModel } from "vitrine/testing";
import { writes } from "../support/replies.ts";
import { coder } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();

describe.each(["gen_ai", "both"] as const)("in the words of %s", (semconv) => {
  it("a model call is that of a client, and nothing else is", async () => {
    instrument(undefined, { semconv });
    await coder([writes("finalAnswer(1)")]).run("Go");
    const clients = traces.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
    expect(clients.map(({ name }) => name)).toEqual(["ScriptedModel.generate"]);
  });

  it("tools and code name the agent, and code is an argument", async () => {
    instrument(undefined, { semconv });
    const code = 'await search({ query: "a" }); finalAnswer(1)';
    await coder([writes(code)]).run("Go");
    const tools = traces.spans().filter(({ attributes }) => attributes["gen_ai.operation.name"] === "execute_tool");
    const told = Object.fromEntries(
      tools.map(({ name, attributes }) => [
        name,
        [attributes["gen_ai.agent.name"], attributes["gen_ai.tool.call.arguments"]],
      ]),
    );
    expect(told).toMatchObject({
      code_interpreter: ["CodeAgent", JSON.stringify({ code })],
      search: ["CodeAgent", '{"query":"a"}'],
    });
  });
});

it("leaves the kind of a model call INTERNAL in the words of OpenInference", async () => {
  await new ScriptedModel(["Hi"]).generate({ messages: [] });
  expect(traces.span("ScriptedModel.generate").kind).toBe(SpanKind.INTERNAL);
});
