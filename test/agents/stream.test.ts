import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { AgentAbortError, type AgentEvent, ModelError, ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { answers, calls } from "../support/replies.ts";
import { caller, search } from "../support/scripted-agents.ts";

describe("stream", () => {
  it("gives every event, then the result", async () => {
    const stream = caller([calls(["search", { query: "x" }]), answers(42)]).stream("Go");
    const types: string[] = [];
    for await (const event of stream) types.push(event.type);
    expect([types[0], types.at(-1)]).toEqual(["run-start", "final"]);
    expect((await stream.result).output).toBe(42);
  });

  it("throws what the run rejects with, after the final event", async () => {
    const types: string[] = [];
    const read = async (): Promise<void> => {
      for await (const event of caller([new Error("502")]).stream("Go")) types.push(event.type);
    };
    await expect(read()).rejects.toBeInstanceOf(ModelError);
    expect(types.at(-1)).toBe("final");
  });

  it("aborts the run when the consumer leaves", async () => {
    const stream = caller([async () => new Promise<string>(() => {})]).stream("Go");
    for await (const event of stream) if (event.type === "step-start") break;
    await expect(stream.result).rejects.toBeInstanceOf(AgentAbortError);
  });

  it("answers several readers at once, and gives nothing more once it is left", async () => {
    const stream = caller([answers(42)]).stream("Go");
    const events = stream[Symbol.asyncIterator]();
    const first = await Promise.all([events.next(), events.next(), events.next()]);
    expect(first.map(({ value }) => value?.type)).toEqual(["run-start", "step-start", "tool-start"]);
    await events.return?.();
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it("goes on to its end when nobody reads", async () => {
    expect((await caller([calls(["search", { query: "x" }]), answers(42)]).stream("Go").result).output).toBe(42);
  });

  it("takes no further step while a slow reader has much to read, and loses nothing", async () => {
    const model = new ScriptedModel([
      { content: "word ".repeat(300), ...calls(["search", { query: "x" }]) },
      answers(42),
    ]);
    const stream = new ToolCallingAgent({ model, tools: [search], console: false }).stream("Go");
    const events = stream[Symbol.asyncIterator]();
    const read = [(await events.next()).value];
    // A scripted model answers at once: by then the run would long be over.
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    expect(model.requests).toHaveLength(1);
    for (let next = await events.next(); !next.done; next = await events.next()) read.push(next.value);
    expect(model.requests).toHaveLength(2);
    expect(read.filter((event) => event?.type === "text-delta").length).toBeGreaterThanOrEqual(300);
    expect(read.at(-1)).toMatchObject({ type: "final", result: { output: 42 } });
  });

  it("is not held up by a reader that leaves while the run waits for them", async () => {
    const model = new ScriptedModel(["word ".repeat(300), answers(42)]);
    const stream = new ToolCallingAgent({ model, console: false }).stream("Go");
    for await (const event of stream) if (event.type === "run-start") break;
    await expect(stream.result).rejects.toBeInstanceOf(AgentAbortError);
  });
});

describe("onEvent", () => {
  it("may be async, and is waited for before the next step", async () => {
    const log: string[] = [];
    const model = new ScriptedModel([
      calls(["search", { query: "x" }]),
      () => {
        log.push("second call");
        return answers(1);
      },
    ]);
    await new ToolCallingAgent({ model, tools: [search], console: false }).run("Go", {
      onEvent: async ({ type }) => {
        if (type !== "step-end") return;
        await nextTurn();
        log.push("written down");
      },
    });
    expect(log).toEqual(["written down", "second call"]);
  });

  it("that rejects ends the run, as the program's fault", async () => {
    const run = caller([calls(["search", { query: "x" }]), answers(1)]).run("Go", {
      onEvent: async () => Promise.reject(new Error("disk full")),
    });
    await expect(run).rejects.toThrow(/An event listener threw: Error: disk full/);
  });

  it("hears of a model call that is made once more", async () => {
    class Flaky extends ScriptedModel {
      protected override async doGenerate(...args: Parameters<ScriptedModel["doGenerate"]>) {
        args[1].onRetry?.({ attempt: 1, reason: "HTTP 429", status: 429 });
        return super.doGenerate(...args);
      }
    }
    const events: AgentEvent[] = [];
    const agent = new ToolCallingAgent({ model: new Flaky([answers(1)]), console: false });
    await agent.run("Go", { onEvent: (event) => events.push(event) });
    expect(events).toContainEqual({ type: "retry", attempt: 1, reason: "HTTP 429", status: 429, agentPath: [] });
  });
});
