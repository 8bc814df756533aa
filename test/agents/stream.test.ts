import { describe, expect, it } from "vitest";
import { AgentAbortError, ModelError } from "vitrine";
import { answers, calls } from "../support/replies.ts";
import { caller } from "../support/scripted-agents.ts";

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
});
