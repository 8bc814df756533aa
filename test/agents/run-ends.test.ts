import { describe, expect, it } from "vitest";
import { AgentAbortError, type AgentEvent, ModelError, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { answers, calls } from "../support/replies.ts";
import { caller, search } from "../support/scripted-agents.ts";

type Options = Partial<ConstructorParameters<typeof ToolCallingAgent>[0]>;

function setUp(replies: readonly ScriptedReply[], options: Options = {}) {
  const model = new ScriptedModel(replies);
  return { model, agent: new ToolCallingAgent({ model, tools: [search], console: false, ...options }) };
}

describe("the end of a run", () => {
  it("mutes what a model or a tool says after it", async () => {
    const abort = new AbortController();
    const events: AgentEvent[] = [];
    const late: (() => void)[] = [];
    const { agent } = setUp([
      async (_request, { onDelta }) => {
        late.push(() => onDelta?.({ type: "text", text: "late" }));
        abort.abort();
        return new Promise<string>(() => {});
      },
    ]);
    await agent.run("Go", { signal: abort.signal, onEvent: (event) => events.push(event) }).catch(() => {});
    late.forEach((send) => send());
    expect([late.length, events.at(-1)?.type]).toEqual([1, "final"]);
  });

  it("keeps the failure, also when the listener throws on hearing of it", async () => {
    const { agent } = setUp([new Error("502")]);
    const run = agent.run("Go", {
      onEvent: ({ type }) => {
        if (type === "final") throw new Error("broken pipe");
      },
    });
    await expect(run).rejects.toBeInstanceOf(ModelError);
  });

  it("comes also when a check of the final answer never does, once the run is aborted", async () => {
    const abort = new AbortController();
    const { agent } = setUp([answers(1)], {
      finalAnswerChecks: [
        async () => {
          abort.abort();
          return new Promise<boolean>(() => {});
        },
      ],
    });
    await expect(agent.run("Go", { signal: abort.signal })).rejects.toBeInstanceOf(AgentAbortError);
  });

  it("is not brought about by the abort of another's signal", async () => {
    const inner = caller([async () => new Promise<string>(() => {})]);
    const asking = tool({
      name: "ask",
      description: "Asks another agent, and gives up.",
      inputSchema: z.object({}),
      execute: async () => (await inner.run("Go", { signal: AbortSignal.abort() })).output,
    });
    const { agent } = setUp([calls(["ask", {}]), answers("went on")], { tools: [asking] });
    expect((await agent.run("Go")).output).toBe("went on");
  });
});
