import { describe, expect, it } from "vitest";
import { AgentAbortError } from "../../src/errors.ts";
import type { HostFunction } from "../../src/executors/executor.ts";
import { HostCalls } from "../../src/executors/host-calls.ts";
import type { CallMessage } from "../../src/executors/sandbox-messages.ts";

/** A tool whose calls stay open until they are finished one by one. */
class Gate {
  started = 0;
  readonly #open: (() => void)[] = [];

  readonly pass: HostFunction = async () => {
    this.started++;
    return new Promise<void>((resolve) => this.#open.push(resolve));
  };

  async finishOne(): Promise<void> {
    this.#open.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const call = (callId: number, toolName = "pass"): CallMessage => ({ type: "call", callId, toolName, json: "{}" });

function hostCalls(tools: Record<string, HostFunction>, onFatal = (_error: Error): void => {}): HostCalls {
  return new HostCalls({ tools, finalAnswer: async (answer) => answer, parallelHostCalls: 2, onFatal });
}

describe("HostCalls", () => {
  it("starts no more calls than may run at once; each that ends lets the next one in", async () => {
    const gate = new Gate();
    const calls = hostCalls({ pass: gate.pass });
    const answers = [1, 2, 3, 4].map(async (id) => calls.answer(call(id)));
    expect(gate.started).toBe(2);
    await gate.finishOne();
    expect(gate.started).toBe(3);
    await gate.finishOne();
    expect(gate.started).toBe(4);
    await gate.finishOne();
    await gate.finishOne();
    await expect(Promise.all(answers)).resolves.toMatchObject(
      [1, 2, 3, 4].map((callId) => ({ type: "resolve", callId })),
    );
  });

  it("starts no waiting call any more once it is closed, and settles", async () => {
    const gate = new Gate();
    const calls = hostCalls({ pass: gate.pass });
    const answers = [1, 2, 3].map(async (id) => calls.answer(call(id)));
    calls.close();
    await gate.finishOne();
    await gate.finishOne();
    await calls.settled();
    expect(gate.started).toBe(2);
    await expect(answers[2]).resolves.toMatchObject({ type: "reject", callId: 3 });
  });

  it("calls own tools only", async () => {
    const calls = hostCalls({});
    await expect(calls.answer(call(1, "toString"))).resolves.toMatchObject({ type: "reject" });
    await expect(calls.answer(call(2, "__proto__"))).resolves.toMatchObject({ type: "reject" });
  });

  it("keeps what a tool threw, and sends its message only", async () => {
    const failure = new Error("boom");
    const calls = hostCalls({ pass: async () => Promise.reject(failure) });
    await expect(calls.answer(call(7))).resolves.toEqual({ type: "reject", callId: 7, message: "boom" });
    expect(calls.errors.get(7)).toBe(failure);
  });

  it("tells of an abort", async () => {
    const fatal: Error[] = [];
    const abort = new AgentAbortError("aborted");
    const calls = hostCalls({ pass: async () => Promise.reject(abort) }, (error) => fatal.push(error));
    await calls.answer(call(1));
    expect(fatal).toEqual([abort]);
  });
});
