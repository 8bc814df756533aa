import { describe, expect, it } from "vitest";
import { ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { answers, calls } from "../support/replies.ts";
import { search } from "../support/scripted-agents.ts";

function agentOf(replies: readonly ScriptedReply[]): ToolCallingAgent {
  return new ToolCallingAgent({ model: new ScriptedModel(replies), tools: [search], console: false });
}

describe("a name of a value in the state", () => {
  it("stands for the value, once: a value that is a name as well is itself", async () => {
    const { output } = await agentOf([answers("a")]).run("Go", { additionalArgs: { a: "b", b: "c" } });
    expect(output).toBe("b");
  });

  it("stands for a text where the tool wants one", async () => {
    const agent = agentOf([calls(["search", { query: "place" }]), answers(1)]);
    const { steps } = await agent.run("Go", { additionalArgs: { place: "Lima" } });
    expect(steps[1]).toMatchObject({ observations: [{ text: "Found Lima" }] });
  });

  it("is just a word where the tool wants a text, and the value is none", async () => {
    const agent = agentOf([calls(["search", { query: "rows" }]), answers(1)]);
    const { steps } = await agent.run("Go", { additionalArgs: { rows: [1, 2] } });
    expect(steps[1]).toMatchObject({ observations: [{ text: "Found rows" }] });
  });
});
