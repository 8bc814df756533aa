import { describe, expect, it } from "vitest";
import { AgentAbortError, ToolExecutionError, ToolNotFoundError } from "../../src/errors.ts";
import { plainSchema } from "../../src/tools/plain-schema.ts";
import type { StandardSchema } from "../../src/tools/schema.ts";
import { Tool, tool } from "../../src/tools/tool.ts";
import { countingTool, failureOf, inputSchema, latch } from "./counting-tool.ts";

describe("Tool.call, before it executes", () => {
  it("shows beforeExecute the input as the schema reads it", async () => {
    const seen: unknown[] = [];

    await countingTool().call({}, { beforeExecute: async (input) => void seen.push(input) });

    expect(seen).toEqual([{ n: 1 }]);
  });

  it("does not ask beforeExecute about input that does not fit", async () => {
    const seen: unknown[] = [];

    const call = countingTool().call({ n: "x" }, { beforeExecute: async (input) => void seen.push(input) });

    await expect(call).rejects.toMatchObject({ name: "ToolInputError" });
    expect(seen).toEqual([]);
  });

  it("asks beforeExecute before it sets up", async () => {
    const order: string[] = [];
    const counting = countingTool({ setup: () => void order.push("setup"), execute: () => order.push("execute") });

    await counting.call({}, { beforeExecute: async () => void order.push("beforeExecute") });

    expect(order).toEqual(["beforeExecute", "setup", "execute"]);
  });

  it("passes on any error of this package from beforeExecute, as it is", async () => {
    const refusal = new ToolNotFoundError("a", ["b"]);

    const failure = failureOf(countingTool().call({}, { beforeExecute: async () => Promise.reject(refusal) }));

    await expect(failure).resolves.toBe(refusal);
  });

  it("waits for beforeExecute no longer than until the abort", async () => {
    const abort = new AbortController();
    const beforeExecute = async (): Promise<void> => {
      abort.abort("enough");
      await new Promise(() => {});
    };

    const failure = await failureOf(countingTool().call({}, { signal: abort.signal, beforeExecute }));

    expect(failure).toBeInstanceOf(AgentAbortError);
    expect(failure).toMatchObject({ cause: "enough" });
  });
});

describe("Tool.call with a schema that never settles", () => {
  it.each(["inputSchema", "outputSchema"] as const)(
    "waits for its %s no longer than until the abort",
    async (which) => {
      const abort = new AbortController();
      const never: StandardSchema = {
        "~standard": {
          vendor: "test",
          validate: async () => {
            abort.abort("enough");
            return new Promise(() => {});
          },
          jsonSchema: { input: () => ({ type: "object" }) },
        },
      };
      const schemas = { inputSchema: plainSchema<object>({ type: "object" }), [which]: never };
      const waiting = tool({ name: "wait", description: "Waits.", execute: () => 1, ...schemas });

      await expect(failureOf(waiting.call({}, abort))).resolves.toBeInstanceOf(AgentAbortError);
    },
  );
});

describe("Tool.call with a setup", () => {
  it("sets up once, before the first call, and for parallel ones together", async () => {
    const events: string[] = [];
    const slow = latch();
    const counting = countingTool({
      setup: async () => {
        events.push("setup");
        await slow.opened;
      },
      execute: ({ n }) => events.push(`execute ${n}`),
    });

    const calls = [1, 2].map(async (n) => counting.call({ n }));
    slow.open();
    await Promise.all(calls);
    await counting.call({ n: 3 });

    expect(events).toEqual(["setup", "execute 1", "execute 2", "execute 3"]);
  });

  it("does not set up a tool that is not called", () => {
    let count = 0;

    countingTool({ setup: () => void count++ });

    expect(count).toBe(0);
  });

  it("fails as the setup fails, for all that wait, and tries again at the next call", async () => {
    const cause = new Error("no model file");
    const outcomes = [async () => Promise.reject(cause), async () => {}];
    const counting = countingTool({ setup: async () => outcomes.shift()?.() });

    const failures = await Promise.all([1, 2].map(async (n) => failureOf(counting.call({ n }))));
    const result = await counting.call({ n: 3 });

    for (const failure of failures) {
      expect(failure).toBeInstanceOf(ToolExecutionError);
      expect(failure).toMatchObject({ message: 'Tool "count" failed: no model file', cause });
    }
    expect(result).toBe(3);
  });

  it("makes a failure of a setup that throws at once", async () => {
    const counting = countingTool({
      setup: () => {
        throw new RangeError("no");
      },
    });

    await expect(counting.call({})).rejects.toThrow('Tool "count" failed: RangeError: no');
  });

  it("lets an aborted call go, and goes on setting up for the others", async () => {
    const slow = latch();
    const counting = countingTool({ setup: async () => slow.opened });
    const abort = new AbortController();

    const aborted = failureOf(counting.call({}, { signal: abort.signal }));
    const other = counting.call({ n: 2 });
    abort.abort();
    await expect(aborted).resolves.toBeInstanceOf(AgentAbortError);
    slow.open();

    await expect(other).resolves.toBe(2);
  });

  it("sets up a subclass", async () => {
    class Loaded extends Tool<{ n: number }, number> {
      readonly name = "loaded";
      readonly description = "Is loaded.";
      readonly inputSchema = inputSchema;
      #factor = 0;
      protected override async setup(): Promise<void> {
        this.#factor = 10;
      }
      protected override execute({ n }: { n: number }): number {
        return n * this.#factor;
      }
    }

    await expect(new Loaded().call({ n: 2 })).resolves.toBe(20);
  });
});
