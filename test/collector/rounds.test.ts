import { describe, expect, it, onTestFinished, vi } from "vitest";
import { inRounds } from "../../src/collector/rounds.ts";

/** Begins rounds of a second that end when the test says so. */
function start() {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const open: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const act = vi.fn<() => Promise<void>>(
    async () => new Promise((resolve, reject) => void open.push({ resolve, reject })),
  );
  return { act, open, rounds: inRounds(1_000, act) };
}

describe("inRounds", () => {
  it("begins at once, and skips rounds while one is not over", async () => {
    const { act, open, rounds } = start();
    vi.advanceTimersByTime(3_000);
    expect(act).toHaveBeenCalledTimes(1);
    open[0]?.resolve();
    await rounds.first;
    vi.advanceTimersByTime(1_000);
    expect(act).toHaveBeenCalledTimes(2);
  });

  it("goes on after a round that fails", async () => {
    const { act, open, rounds } = start();
    open[0]?.reject(new Error("on purpose"));
    await rounds.first;
    vi.advanceTimersByTime(1_000);
    expect(act).toHaveBeenCalledTimes(2);
  });

  it("ends when it is stopped", async () => {
    const { act, open, rounds } = start();
    open[0]?.resolve();
    await rounds.first;
    rounds.stop();
    vi.advanceTimersByTime(5_000);
    expect(act).toHaveBeenCalledTimes(1);
  });
});
