import { getEventListeners } from "node:events";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { AgentAbortError, ConfigurationError, ToolExecutionError } from "../../src/errors.ts";
import { Tool, type ToolContext } from "../../src/tools/tool.ts";
import { countingTool, failureOf, latch } from "./counting-tool.ts";

describe("Tool.call with a time limit", () => {
  it("gives up a tool that does not heed its signal", async () => {
    const hanging = countingTool({ timeoutMs: 5, execute: async () => new Promise(() => {}) });

    const failure = await failureOf(hanging.call({ n: 7 }));

    expect(failure).toBeInstanceOf(ToolExecutionError);
    expect(failure).toMatchObject({
      message: 'Tool "count" took longer than 5 ms and was given up. Ask it for less at once, or do without it.',
      toolName: "count",
      input: { n: 7 },
    });
  });

  it("fires the tool's signal with the reason of a time-out, and drops what the tool makes of it", async () => {
    const reasons: unknown[] = [];
    const heeding = countingTool({
      timeoutMs: 5,
      execute: async (_input, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => {
            reasons.push(signal.reason);
            reject(new Error("stopped"));
          }),
        ),
    });

    await expect(heeding.call({})).rejects.toThrow("took longer than 5 ms");
    expect(reasons).toEqual([expect.objectContaining({ name: "TimeoutError" })]);
  });

  it("drops the log lines of a tool that was given up", async () => {
    const lines: unknown[] = [];
    const done = latch();
    const talking = countingTool({
      timeoutMs: 5,
      execute: async (_input, { signal, log }) => {
        log("before");
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        log("after");
        done.open();
      },
    });

    await failureOf(talking.call({}, { log: (...values) => void lines.push(...values) }));
    await done.opened;

    expect(lines).toEqual(["before"]);
  });

  it.each([
    ["heeds", async ({ signal }: ToolContext) => rejectOn(signal)],
    ["does not heed", async () => new Promise(() => {})],
  ])("rejects with the abort when it comes first, and the tool %s it", async (_kind, work) => {
    const abort = new AbortController();
    const signals: AbortSignal[] = [];
    const waiting = countingTool({
      timeoutMs: 3_600_000,
      execute: async (_input, context) => {
        signals.push(context.signal);
        queueMicrotask(() => abort.abort("enough"));
        return work(context);
      },
    });

    const failure = await failureOf(waiting.call({}, { signal: abort.signal }));

    expect(failure).toBeInstanceOf(AgentAbortError);
    expect(failure).toMatchObject({ cause: "enough" });
    expect(signals[0]?.reason).toBe("enough");
  });

  it.each([
    ["gave a result", async () => 1],
    ["failed", async () => Promise.reject(new Error("no"))],
  ])("leaves the tool's signal alone after the tool %s", async (_how, outcome) => {
    useFakeTimers();
    const signals: AbortSignal[] = [];
    const counting = countingTool({
      timeoutMs: 1_000,
      execute: async (_input, { signal }) => {
        signals.push(signal);
        return outcome();
      },
    });

    await failureOf(counting.call({}));
    await vi.advanceTimersByTimeAsync(2_000);

    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  it.each([
    ["gave a result", async () => 1, 3_600_000],
    ["failed", async () => Promise.reject(new Error("no")), 3_600_000],
    ["was given up", async () => new Promise(() => {}), 5],
  ])("leaves nothing listening on the caller's signal after the tool %s", async (_how, execute, timeoutMs) => {
    const { signal } = new AbortController();

    await failureOf(countingTool({ timeoutMs, execute }).call({}, { signal }));

    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("does not count the setup", async () => {
    useFakeTimers();
    const counting = countingTool({
      timeoutMs: 1_000,
      setup: async () => new Promise((resolve) => void setTimeout(resolve, 2_000)),
    });

    const call = counting.call({ n: 2 });
    await vi.advanceTimersByTimeAsync(2_000);

    await expect(call).resolves.toBe(2);
  });

  it("keeps to the limit that a subclass has", async () => {
    class Hanging extends Tool {
      readonly name = "hang";
      readonly description = "Hangs.";
      readonly inputSchema = z.object({});
      override readonly timeoutMs = 5;
      protected override async execute(): Promise<never> {
        return new Promise(() => {});
      }
    }

    await expect(new Hanging().call({})).rejects.toThrow('Tool "hang" took longer than 5 ms');
  });

  it("throws a ConfigurationError of the tool as it is", async () => {
    const misused = countingTool({
      timeoutMs: 3_600_000,
      execute: () => {
        throw new ConfigurationError("no key");
      },
    });

    await expect(misused.call({})).rejects.toBeInstanceOf(ConfigurationError);
  });
});

async function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
}

function useFakeTimers(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
}
