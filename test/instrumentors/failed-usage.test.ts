import { describe, expect, it } from "vitest";
import { ModelError } from "vitrine";
import { answers, calls, writes } from "../support/replies.ts";
import { caller, coder } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();
const fatal = new ModelError("The server is gone.");

describe("a run that failed for good", () => {
  it("tells what it used until then, its managed agents' part too", async () => {
    const searcher = caller([calls(["search", { query: "a" }]), answers(1)], "search_agent");
    const manager = coder([writes(`await search_agent({ task: "Find." })`), fatal], [searcher]);
    await expect(manager.run("Go")).rejects.toBe(fatal);
    expect(traces.span("CodeAgent.run").attributes).toMatchObject({
      "vitrine.stop_reason": "failed",
      "vitrine.usage.input_tokens": 400,
      "vitrine.usage.output_tokens": 40,
      "vitrine.usage.total_tokens": 440,
    });
  });

  it("tells what it used itself, and not the runs before it", async () => {
    const agent = caller([answers(1), calls(["search", { query: "a" }]), fatal]);
    await agent.run("Go");
    await expect(agent.run("And?", { reset: false })).rejects.toBe(fatal);
    expect(traces.spans().at(-1)?.attributes).toMatchObject({ "vitrine.usage.total_tokens": 110 });
  });
});
