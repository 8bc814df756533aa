import { expect, it } from "vitest";
import { ToolCallingAgent } from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { ScriptedModel } from "vitrine/testing";
import { answers, calls } from "../support/replies.ts";
import { search } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();

it("a message for which there is no room any more stands in its span with its middle cut out", async () => {
  instrument(undefined, { messages: "budget", maxSpanBytes: 12_000 });
  const task = `a${"t".repeat(20_000)}z`;
  const model = new ScriptedModel([calls(["search", { query: "tea" }]), answers("done")]);

  await new ToolCallingAgent({ model, tools: [search], console: false }).run(task);

  const [first, second] = traces.spans().filter(({ name }) => name === "ScriptedModel.generate");
  const [whole, cut] = [first, second].map((span) => String(span?.attributes["llm.input_messages.1.message.content"]));
  expect(whole).toContain(task);
  expect(cut).toMatch(/t{100}\n… \[\d+ characters were cut out here\] …\nt{100,}z$/);
  expect(cut?.length).toBeLessThan(1100);
  expect(JSON.parse(String(second?.attributes["metadata"]))).toEqual({
    input_messages_total: 4,
    input_messages_cut: [[1, 1]],
    input_messages_from: [{ first: 1, last: 1, span_id: first?.spanContext().spanId, first_there: 1 }],
  });
});
