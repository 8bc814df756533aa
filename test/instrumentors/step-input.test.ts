import { expect, it } from "vitest";
import { ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { answers, calls } from "../support/replies.ts";
import { search } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();
const URL = "https://example.org/cat.png";

function inputs() {
  const steps = traces.spans().filter(({ name }) => name.startsWith("Step "));
  return steps.map(({ attributes }) => [attributes["input.value"], attributes["input.images.0.image.url"]]);
}

it("is the task with its images, then what was observed", async () => {
  const model = new ScriptedModel([
    calls(["search", { query: "a" }], ["search", { query: "bad" }]),
    calls(["search", { query: "b" }]),
    answers("done"),
  ]);
  const agent = new ToolCallingAgent({ model, tools: [search], console: false });
  await agent.run("Go", { images: [{ type: "image", url: URL }] });
  const outputs = traces.spans().filter(({ name }) => name.startsWith("Step "));
  const [first, second] = outputs.map(({ attributes }) => attributes["output.value"]);
  expect(first).toMatch(/^search: .+\nsearch: Error: /);
  expect(inputs()).toEqual([
    ["Go", URL],
    [first, undefined],
    [second, undefined],
  ]);
});

it("is the plan, where the step before was a planning step", async () => {
  const model = new ScriptedModel(["1. Answer.", answers("done")]);
  const agent = new ToolCallingAgent({ model, tools: [search], planningInterval: 2, console: false });
  await agent.run("Go");
  expect(inputs()).toEqual([[traces.span("Planning step").attributes["output.value"], undefined]]);
});
