import { describe, expect, it } from "vitest";
import { AgentAbortError, ConfigurationError } from "../src/errors.ts";
import { type Clock, Pace } from "../src/pace.ts";

/** A clock that stands still until somebody sleeps. */
class SleptClock implements Clock {
  time = 0;
  /** Wakes sleepers so many milliseconds before their time, as timers do. */
  earlyMs = 0;

  now(): number {
    return this.time;
  }

  async sleep(durationMs: number): Promise<void> {
    // Whoever may go on goes on first.
    await new Promise((resolve) => setImmediate(resolve));
    this.time += Math.max(durationMs - this.earlyMs, 0.25);
  }
}

/** A clock whose sleepers sleep until they are told to stop. */
const STOPPED_CLOCK: Clock = {
  now: () => 0,
  sleep: async (_durationMs, signal) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new Error("woken")));
    }),
};

async function begin(pace: Pace, clock: SleptClock): Promise<number> {
  await pace.untilFree(undefined);
  return clock.time;
}

describe("Pace", () => {
  it("lets the first through at once, and the others an interval apart, in their order", async () => {
    const clock = new SleptClock();
    const pace = new Pace(1_000, clock);

    const begun = await Promise.all(["a", "b", "c"].map(async (name) => [name, await begin(pace, clock)]));

    expect(begun).toEqual([
      ["a", 0],
      ["b", 1000],
      ["c", 2000],
    ]);
  });

  it("makes nobody wait who comes late enough", async () => {
    const clock = new SleptClock();
    const pace = new Pace(2_000, clock);
    await begin(pace, clock);
    clock.time = 2000;

    expect(await begin(pace, clock)).toBe(2000);
  });

  it("keeps the interval when timers wake early", async () => {
    const clock = new SleptClock();
    clock.earlyMs = 1;
    const pace = new Pace(1_000, clock);
    await begin(pace, clock);

    expect(await begin(pace, clock)).toBeGreaterThanOrEqual(1000);
  });

  it("lets go of who gives up, asleep or in the queue", async () => {
    const pace = new Pace(1_000, STOPPED_CLOCK);
    const [asleep, queued] = [new AbortController(), new AbortController()];
    await pace.untilFree(undefined);
    const first = pace.untilFree(asleep.signal);
    const second = pace.untilFree(queued.signal);

    queued.abort();

    await expect(second).rejects.toBeInstanceOf(AgentAbortError);
    asleep.abort();
    await expect(first).rejects.toBeInstanceOf(AgentAbortError);
  });

  it("leaves no gap where somebody gave up", async () => {
    const clock = new SleptClock();
    const pace = new Pace(1_000, clock);
    await begin(pace, clock);
    const controller = new AbortController();
    const given = pace.untilFree(controller.signal).catch(() => "gave up");
    controller.abort();

    const next = begin(pace, clock);

    expect(await given).toBe("gave up");
    expect(await next).toBe(1000);
  });

  it.each([0, -1, Number.NaN])("refuses a pace of %d", (requestsPerMinute) => {
    expect(() => Pace.ofRequestsPerMinute(requestsPerMinute)).toThrow(ConfigurationError);
  });
});
