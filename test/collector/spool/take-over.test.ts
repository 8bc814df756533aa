import { existsSync, readdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { LOCK_FILE } from "../../../src/collector/spool/owner-folder.ts";
import { NOTHING_TAKEN } from "../../../src/collector/spool/segment.ts";
import { temporaryFolder } from "../../support/spool-provider.ts";
import { append, deliver, disown, filesBelow, HERE, leave, openSpool, waitingIn } from "./spools.ts";

setFlagsFromString("--expose-gc");
const gc: () => void = runInNewContext("gc");

/** Twice: what the first one has found is given back beside it, and counted by the second. */
async function collectGarbage(): Promise<void> {
  gc();
  await setImmediate();
  gc();
}

describe("what a process that is no more has left", () => {
  it("is taken over, and its folder is gone", async () => {
    const directory = temporaryFolder();
    const dead = leave(directory, "a", "b");
    disown(directory);
    const { spool, told } = openSpool({ directory });
    await spool.takeOver();
    expect(await waitingIn(spool)).toEqual(["a", "b"]);
    expect(told).toEqual(["took over 1 and 0 unfinished"]);
    expect(existsSync(join(directory, dead))).toBe(false);
  });

  it("is as old as what was written last: its segment may have been begun weeks ago", async () => {
    const directory = temporaryFolder();
    const weeksAgo = String(Date.now() - 30 * 24 * 3_600_000);
    leave(directory, "a");
    for (const path of filesBelow(directory).filter((name) => name.endsWith(".spans"))) {
      renameSync(path, path.replace(/\d{13}-/, `${weeksAgo}-`));
    }
    disown(directory);
    const { spool, told } = openSpool({ directory });
    await spool.takeOver();
    await spool.keepHouse();
    expect(await waitingIn(spool)).toEqual(["a"]);
    expect(told).toEqual(["took over 1 and 0 unfinished"]);
  });

  it("is sent from where its owner had got", async () => {
    const directory = temporaryFolder();
    const { spool: owner } = openSpool({ directory });
    append(owner, "taken");
    deliver(owner.segments);
    append(owner, "waiting");
    disown(directory);
    const { spool } = openSpool({ directory });
    await spool.takeOver();
    expect(await waitingIn(spool)).toEqual(["waiting"]);
    expect(spool.segments[0]?.waiting).toBe(1);
  });

  it("goes to where it was to go, also where the heir sends to more places", async () => {
    const directory = temporaryFolder();
    leave(directory, "a");
    disown(directory);
    const { spool } = openSpool({ directory, to: ["there", HERE] });
    await spool.takeOver();
    expect([await waitingIn(spool, HERE), await waitingIn(spool, "there")]).toEqual([["a"], []]);
  });

  it("stays where it is when it is for other places, with its owner's lock", async () => {
    const directory = temporaryFolder();
    const dead = leave(directory, "a");
    disown(directory);
    const before = readdirSync(join(directory, dead));
    const { spool } = openSpool({ directory, to: ["there"] });
    await spool.takeOver();
    expect(spool.segments).toEqual([]);
    expect(readdirSync(join(directory, dead))).toEqual(before);
  });

  it("is parted: an heir takes what it can send, and leaves the rest to others", async () => {
    const directory = temporaryFolder();
    const { spool: owner } = openSpool({ directory, to: [HERE, "there"], maxBytes: 400 });
    append(owner, "for both", "for there only");
    deliver(owner.segments.slice(1), HERE);
    disown(directory);
    const { spool: first } = openSpool({ directory });
    await first.takeOver();
    const { spool: second } = openSpool({ directory, to: ["there"] });
    await second.takeOver();
    expect(await waitingIn(first)).toEqual(["for both"]);
    expect(await waitingIn(second, "there")).toEqual(["for there only"]);
  });

  it("goes when it is too old, wherever it was to go", async () => {
    const directory = temporaryFolder();
    leave(directory, "a");
    disown(directory);
    const { spool, told } = openSpool({ directory, to: ["there"], maxAgeMs: 1 });
    await new Promise((resolve) => setTimeout(resolve, 2));
    await spool.takeOver();
    await spool.keepHouse();
    expect(told).toContain("dropped 1: too old");
  });

  it("is kept for as long as it would have been, when it was delivered", async () => {
    const directory = temporaryFolder();
    const { spool: owner } = openSpool({ directory });
    append(owner, "a");
    deliver(owner.segments);
    disown(directory);
    const { spool } = openSpool({ directory });
    await spool.takeOver();
    await spool.keepHouse();
    expect(spool.segments).toHaveLength(1);
    const { spool: other } = openSpool({ directory, retain: 0 });
    spool.close();
    await other.takeOver();
    other.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is not read when it was delivered, but counted, so that it can be sent once more", async () => {
    const directory = temporaryFolder();
    const { spool: owner } = openSpool({ directory });
    append(owner, "a", "b".padEnd(1_000_000));
    deliver(owner.segments);
    disown(directory);
    const { spool } = openSpool({ directory });
    const read = vi.spyOn(Buffer, "alloc");
    onTestFinished(() => read.mockRestore());
    await spool.takeOver();
    expect(Math.max(...read.mock.calls.map(([bytes]) => bytes))).toBeLessThan(100_000);
    const [segment] = spool.segments;
    expect(segment).toMatchObject({ isDelivered: true, waiting: 0, size: owner.bytes });
    segment?.acknowledge(HERE, NOTHING_TAKEN);
    expect(segment?.waiting).toBe(2);
    expect((await waitingIn(spool)).map((name) => name.trim())).toEqual(["a", "b"]);
  });

  it("is taken by one of two that start at once", async () => {
    const directory = temporaryFolder();
    for (const name of ["a", "b", "c", "d"]) leave(directory, name);
    disown(directory);
    const heirs = [openSpool({ directory }).spool, openSpool({ directory }).spool];
    await Promise.all(heirs.map(async (heir) => heir.takeOver()));
    const found = await Promise.all(heirs.map(async (heir) => waitingIn(heir)));
    expect(found.flat().toSorted()).toEqual(["a", "b", "c", "d"]);
  });

  it("costs no memory: what segments hold is read when it is sent", async () => {
    const directory = temporaryFolder();
    const { spool: owner } = openSpool({ directory });
    for (let index = 0; index < 300; index += 1) append(owner, `${index}`.padEnd(100_000));
    disown(directory);
    const { spool } = openSpool({ directory });
    await collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    await spool.takeOver();
    await collectGarbage();
    expect(spool.bytes).toBeGreaterThan(30_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
  });
});

describe("the owner of a folder", () => {
  const ELSEWHERE = { host: "another-container" };

  it.each([
    ["lives: it is this process", {}, 3_600_000, false],
    ["is no more: its process id is nobody's", { pid: 2 ** 30 }, 0, true],
    ["is no more: its process id has been used again", { begin: "1" }, 0, true],
    ["may live: another worker of this process, it was heard of just now", { thread: 1e6 }, 5_000, false],
    ["is no more: another worker of this process, it was not heard of for a minute", { thread: 1e6 }, 61_000, true],
    ["may live: of another machine, it was heard of just now", ELSEWHERE, 5_000, false],
    ["may live: of another container on this machine, it was heard of just now", { space: "other" }, 5_000, false],
    ["is no more: of another machine, it was not heard of for more than a minute", ELSEWHERE, 61_000, true],
    ["is no more: of another container, it was not heard of for more than a minute", { space: "other" }, 61_000, true],
  ])("%s", async (_case, owner, silentMs, isTaken) => {
    const directory = temporaryFolder();
    leave(directory, "a");
    disown(directory, owner, silentMs);
    const { spool } = openSpool({ directory });
    await spool.takeOver();
    expect(await waitingIn(spool)).toEqual(isTaken ? ["a"] : []);
  });

  it.each(["", "{", "null", "[]", '"', '{"pid":"x"}'])("is nobody when its lock holds %j", async (lock) => {
    const directory = temporaryFolder();
    const path = join(directory, leave(directory, "a"), LOCK_FILE);
    writeFileSync(path, lock);
    utimesSync(path, 0, 0);
    const { spool } = openSpool({ directory });
    await spool.takeOver();
    expect(await waitingIn(spool)).toEqual(["a"]);
  });

  it("is nobody when it has given the folder up", async () => {
    const directory = temporaryFolder();
    const { spool: owner } = openSpool({ directory });
    append(owner, "a");
    owner.close();
    const { spool } = openSpool({ directory });
    await spool.takeOver();
    expect(await waitingIn(spool)).toEqual(["a"]);
  });
});
