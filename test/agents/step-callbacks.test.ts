import { describe, expect, it } from "vitest";
import { ConfigurationError, type StepCallbacks, ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { answers, calls } from "../support/replies.ts";
import { search } from "../support/scripted-agents.ts";

function agentWith(stepCallbacks: StepCallbacks): ToolCallingAgent {
  const model = new ScriptedModel(["The plan", calls(["search", { query: "a" }]), answers(42)]);
  return new ToolCallingAgent({ model, tools: [search], stepCallbacks, planningInterval: 5, console: false });
}

describe("step callbacks", () => {
  it("get each step of their kind, before it enters memory", async () => {
    const seen: string[] = [];
    const note = (step: { readonly type: string }, { memory }: { memory: { steps: readonly unknown[] } }): void =>
      void seen.push(`${step.type} after ${memory.steps.length}`);
    await agentWith({
      task: note,
      planning: [note],
      action: [note, note],
      finalAnswer: ({ output, stopReason }) => seen.push(`${String(output)} ${stopReason}`),
    }).run("Go");
    expect(seen).toEqual([
      "task after 1",
      "planning after 2",
      "action after 3",
      "action after 3",
      "action after 4",
      "action after 4",
      "42 final-answer",
    ]);
  });

  it("are for action steps, given as a list, and are waited for", async () => {
    const seen: number[] = [];
    await agentWith([
      async ({ stepNumber }) => {
        await Promise.resolve();
        seen.push(stepNumber);
      },
    ]).run("Go");
    expect(seen).toEqual([1, 2]);
  });

  it("that throw end the run, and the step is in memory all the same", async () => {
    const agent = agentWith([
      () => {
        throw new Error("disk full");
      },
    ]);
    await expect(agent.run("Go")).rejects.toThrow(ConfigurationError);
    expect(agent.memory.steps.at(-1)).toMatchObject({ type: "action", stepNumber: 1 });
  });
});
