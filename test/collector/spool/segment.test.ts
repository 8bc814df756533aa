import { expect, it, onTestFinished, vi } from "vitest";
import { MemorySegment } from "../../../src/collector/spool/memory-segment.ts";
import { deliver, HERE, span } from "./spools.ts";

it("a segment says since when the oldest span waits: not since it was begun, where all before was delivered", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000 });
  onTestFinished(() => void vi.useRealTimers());
  const segment = new MemorySegment({ name: "test", beganAtMs: 1_000, destinations: [HERE, "there"] });
  segment.append(span("a"));
  deliver([segment], HERE);
  vi.setSystemTime(5_000);
  segment.append(span("b"));
  vi.setSystemTime(9_000);
  segment.append(span("c"));
  expect([segment.waitsSinceMs(HERE), segment.waitsSinceMs("there")]).toEqual([5_000, 1_000]);
});
