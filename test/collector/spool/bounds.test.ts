import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { SEGMENT_FILE } from "../../../src/collector/spool/file-segment.ts";
import { temporaryFolder } from "../../support/spool-provider.ts";
import { append, deliver, filesBelow, openSpool, waitingIn } from "./spools.ts";

/** Four records of so many bytes fill the bound; each has a segment of its own. */
const SIZE = 1_000;
const big = (name: string) => name.padEnd(SIZE, ".");

/** The next file may have been made already, with nothing in it. */
function holdsSpan(name: string): boolean {
  return name.endsWith(SEGMENT_FILE) && statSync(name).size > 500;
}

function openSmall(options: { readonly retain?: number; readonly maxAgeMs?: number } = {}) {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const directory = temporaryFolder();
  const { spool, told } = openSpool({ directory, maxBytes: 4_800, ...options });
  const end = (...names: readonly string[]) => {
    for (const name of names) {
      vi.setSystemTime(Date.now() + 1);
      append(spool, big(name));
    }
  };
  const names = async () => (await waitingIn(spool)).map((name) => name.replaceAll(".", ""));
  const files = () => filesBelow(directory).filter(holdsSpan).length;
  return { directory, spool, told, end, names, files };
}

describe("the bounds of a spool", () => {
  it("are bytes: past them the oldest undelivered goes, and is counted with its reason", async () => {
    const { spool, told, end, names, files } = openSmall();
    end("a", "b", "c", "d", "e", "f");
    expect(await names()).toEqual(["c", "d", "e", "f"]);
    expect(told).toEqual(["dropped 1: spool full", "dropped 1: spool full"]);
    expect(files()).toBe(4);
    expect(spool.bytes).toBeLessThanOrEqual(4_800);
  });

  it("let what was delivered go first, oldest first, and count none of it", async () => {
    const { spool, told, end, names } = openSmall();
    end("a", "b", "c", "d");
    deliver(spool.segments.slice(1, 3));
    end("e", "f");
    expect(await names()).toEqual(["a", "d", "e", "f"]);
    expect(told).toEqual([]);
    end("g");
    expect(await names()).toEqual(["d", "e", "f", "g"]);
    expect(told).toEqual(["dropped 1: spool full"]);
  });

  it("never let the segment go that is written to", async () => {
    const { told, end, names } = openSmall();
    end("a");
    end("huge".padEnd(9_000, "!"));
    expect((await names()).map((name) => name.slice(0, 4))).toEqual(["huge"]);
    expect(told).toEqual(["dropped 1: spool full"]);
  });

  it("are time: what was not delivered goes when it is older, and is counted", async () => {
    const { spool, told, end, names } = openSmall({ maxAgeMs: 60_000 });
    end("a", "b");
    vi.setSystemTime(Date.now() + 59_000);
    await spool.keepHouse();
    expect(await names()).toEqual(["a", "b"]);
    vi.setSystemTime(Date.now() + 2_000);
    end("c");
    await spool.keepHouse();
    expect(await names()).toEqual(["c"]);
    expect(told).toEqual(["dropped 1: too old", "dropped 1: too old"]);
  });

  it("are time since something was written last: a segment may be begun long before its last span ends", async () => {
    const { spool, told, names } = openSmall({ maxAgeMs: 60_000 });
    append(spool, "early");
    vi.setSystemTime(Date.now() + 59_000);
    append(spool, "late");
    vi.setSystemTime(Date.now() + 59_000);
    append(spool, "next".padEnd(1_150, "."));
    await spool.keepHouse();
    expect(await names()).toEqual(["early", "late", "next"]);
    vi.setSystemTime(Date.now() + 2_000);
    await spool.keepHouse();
    expect(await names()).toEqual(["next"]);
    expect(told).toEqual(["dropped 2: too old"]);
  });

  it("do not let go what was written before the clock was set", async () => {
    const { spool, told, end, names } = openSmall({ maxAgeMs: 60_000 });
    const now = Date.now();
    vi.setSystemTime(5_000);
    end("a", "b");
    vi.setSystemTime(now);
    await spool.keepHouse();
    expect(await names()).toEqual(["a", "b"]);
    expect(told).toEqual([]);
  });

  it("end a segment that was begun an hour ago, so that what a slow process wrote can grow old", async () => {
    const { spool, told, names } = openSmall({ maxAgeMs: 4_000_000 });
    append(spool, "a");
    vi.setSystemTime(Date.now() + 3_599_000);
    await spool.keepHouse();
    append(spool, "b");
    expect(spool.segments).toHaveLength(1);
    vi.setSystemTime(Date.now() + 2_000);
    await spool.keepHouse();
    append(spool, "c");
    expect(spool.segments).toHaveLength(2);
    expect(await names()).toEqual(["a", "b", "c"]);
    vi.setSystemTime(Date.now() + 3_999_000);
    await spool.keepHouse();
    expect(await names()).toEqual(["c"]);
    expect(told).toEqual(["dropped 2: too old"]);
  });

  it("count what one of several destinations has not taken", async () => {
    const { spool, told } = openSpool({ directory: temporaryFolder(), to: ["here", "there"], maxBytes: 4_800 });
    append(spool, big("a"));
    deliver(spool.segments, "here");
    append(spool, big("b"), big("c"), big("d"), big("e"));
    expect(told).toEqual(["dropped 1: spool full"]);
    expect((await waitingIn(spool, "here")).map((name) => name.slice(0, 1))).toEqual(["b", "c", "d", "e"]);
  });
});

describe("what was delivered", () => {
  it("is kept for as long as it is told to, and then removed", async () => {
    const { spool, told, end, files } = openSmall({ retain: 5_000 });
    end("a", "b");
    deliver(spool.segments);
    vi.setSystemTime(Date.now() + 4_000);
    await spool.keepHouse();
    expect(files()).toBe(2);
    vi.setSystemTime(Date.now() + 1_001);
    await spool.keepHouse();
    expect({ files: files(), told }).toEqual({ files: 1, told: [] });
  });

  it("is kept for an hour, if nothing is said", async () => {
    const { spool, end, files } = openSmall();
    end("a", "b");
    deliver(spool.segments);
    vi.setSystemTime(Date.now() + 3_599_000);
    await spool.keepHouse();
    expect(files()).toBe(2);
    vi.setSystemTime(Date.now() + 2_000);
    await spool.keepHouse();
    expect(files()).toBe(1);
  });

  it("leaves nothing behind when it is not to be kept", () => {
    const { directory, spool, end } = openSmall({ retain: 0 });
    end("a", "b");
    deliver(spool.segments);
    spool.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("waits for the slowest of several destinations", async () => {
    const directory = temporaryFolder();
    const { spool } = openSpool({ directory, to: ["here", "there"], retain: 0 });
    append(spool, "a");
    deliver(spool.segments, "here");
    spool.close();
    const [owner = ""] = readdirSync(directory);
    expect(readdirSync(join(directory, owner))).toHaveLength(2);
  });
});
