import { spawnSync } from "node:child_process";
import fs, { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { setAside, setAsideDamage } from "../../../src/collector/spool/set-aside.ts";
import { temporaryFolder } from "../../support/spool-provider.ts";
import { append, deliver, filesBelow, modeOf, openSpool, waitingIn } from "./spools.ts";

describe("a disk that cannot be written", () => {
  it("has memory take the spans, and is told once", async () => {
    const directory = join(temporaryFolder(), "spool");
    writeFileSync(directory, "a file where the folder should be");
    const { spool, told } = openSpool({ directory });
    append(spool, "a");
    await spool.keepHouse();
    append(spool, "b");
    await spool.keepHouse();
    append(spool, "c");
    expect(await waitingIn(spool)).toEqual(["a", "b", "c"]);
    expect(spool.segments.map(({ isOnDisk }) => isOnDisk)).toEqual([false, false, false]);
    expect(told).toEqual([expect.stringMatching(/^disk failed: (EEXIST|ENOTDIR)/)]);
  });

  it("is left as it was where it is full before anything is written", () => {
    const directory = temporaryFolder();
    const { writeFileSync: write } = fs;
    Object.assign(fs, { writeFileSync: refuse });
    syncBuiltinESMExports();
    onTestFinished(() => {
      Object.assign(fs, { writeFileSync: write });
      syncBuiltinESMExports();
    });
    const { spool, told } = openSpool({ directory });
    append(spool, "a");
    expect(told).toEqual(["disk failed: ENOSPC: no space left on device, write"]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("gets the spans again when it can", async () => {
    const directory = join(temporaryFolder(), "spool");
    writeFileSync(directory, "a file where the folder should be");
    const { spool } = openSpool({ directory });
    append(spool, "a");
    rmSync(directory);
    await spool.keepHouse();
    append(spool, "b");
    expect(await waitingIn(spool)).toEqual(["a", "b"]);
    expect(spool.segments.map(({ isOnDisk }) => isOnDisk)).toEqual([false, true]);
  });

  it("gets what is in memory when the process ends, if it can then", async () => {
    const directory = join(temporaryFolder(), "spool");
    writeFileSync(directory, "a file where the folder should be");
    const { spool } = openSpool({ directory });
    append(spool, "a", "b");
    expect(() => spool.rescue()).toThrow(/EEXIST|ENOTDIR/);
    rmSync(directory);
    spool.rescue();
    expect(spool.segments).toEqual([]);
    const { spool: next } = openSpool({ directory });
    await next.takeOver();
    expect(await waitingIn(next)).toEqual(["a", "b"]);
  });

  it("bounds what memory takes", async () => {
    const directory = join(temporaryFolder(), "spool");
    writeFileSync(directory, "a file where the folder should be");
    const { spool, told } = openSpool({ directory });
    for (let index = 0; index < 40; index += 1) append(spool, `${index}`.padEnd(900_000));
    expect(spool.bytes).toBeLessThanOrEqual(32 << 20);
    const waiting = spool.segments.reduce((sum, segment) => sum + segment.waiting, 0);
    expect(told.filter((sentence) => sentence === "dropped 1: spool full")).toHaveLength(40 - waiting);
    expect(waiting).toBeGreaterThan(20);
  });

  it("that is full in the middle of a record keeps those before it, and memory takes it", () => {
    // A limit on the size of files is as a disk that is full: it takes a part of a write, then nothing.
    const program = join(import.meta.dirname, "..", "programs", "spool-full-disk.ts");
    const node = `"${process.execPath}" --import tsx --conditions=@vitrine/source "${program}" "${temporaryFolder()}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", `ulimit -f 300 && exec ${node}`], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      ended: 12,
      waiting: 12,
      places: ["file", "memory", "file"],
      damaged: 0,
      told: [expect.stringMatching(/^disk failed: (The disk took \d+ of 51024 bytes|EFBIG)/)],
    });
  });

  it("loses nothing of somebody's removing the folder but files that were full, and counts what was in them", async () => {
    const directory = temporaryFolder();
    const { spool, told } = openSpool({ directory });
    append(spool, "full".padEnd(1_000_000), "a".padEnd(100_000));
    await spool.keepHouse();
    append(spool, "b");
    rmSync(directory, { recursive: true });
    await spool.keepHouse();
    append(spool, "c");
    expect((await waitingIn(spool)).map((name) => name.trim())).toEqual(["a", "b", "c"]);
    expect(told).toEqual(["dropped 1: the file was removed"]);
  });

  it("counts the spans of a file that somebody has removed", async () => {
    const directory = temporaryFolder();
    const { spool, told } = openSpool({ directory });
    append(spool, "a", "b".padEnd(1_100_000));
    const [first] = spool.segments;
    for (const path of filesBelow(directory)) if (path.endsWith(`${first?.facts.name}.spans`)) rmSync(path);
    await spool.keepHouse();
    expect(spool.segments).toHaveLength(1);
    expect(told).toEqual(["dropped 1: the file was removed"]);
  });

  it("loses nothing of somebody's removing the file that is written to", async () => {
    const directory = temporaryFolder();
    const { spool, told } = openSpool({ directory });
    append(spool, "taken");
    deliver(spool.segments);
    append(spool, "a");
    removeSegments(directory);
    append(spool, "b");
    const [active] = spool.segments;
    expect(active && (await spool.read(active, 0))).toBeUndefined();
    append(spool, "c");
    expect(await waitingIn(spool)).toEqual(["a", "b", "c"]);
    expect({ told, files: spoolFiles(directory).length }).toEqual({ told: [], files: 1 });
  });

  it("begins anew when the file is removed that is written to, and all of it was delivered", async () => {
    const directory = temporaryFolder();
    const { spool, told } = openSpool({ directory });
    append(spool, "taken");
    deliver(spool.segments);
    removeSegments(directory);
    const [active] = spool.segments;
    expect(active && (await spool.read(active, 0))).toBeUndefined();
    expect({ told, active: spool.active, segments: spool.segments }).toEqual({ told: [], segments: [] });
    append(spool, "a");
    expect(await waitingIn(spool)).toEqual(["a"]);
  });

  it("has no torn record left in its file when it took a part of one", () => {
    const directory = temporaryFolder();
    const { spool, told } = openSpool({ directory });
    append(spool, "a");
    const { writevSync: write } = fs;
    // As a disk that is full does.
    Object.assign(fs, {
      writevSync: (file: number, [header]: [Buffer, Buffer], place: number) => write(file, [header], place),
    });
    syncBuiltinESMExports();
    onTestFinished(() => {
      Object.assign(fs, { writevSync: write });
      syncBuiltinESMExports();
    });
    append(spool, "b");
    const [file = ""] = spoolFiles(directory);
    const [first, second] = spool.segments;
    expect(told).toEqual(["disk failed: The disk took 24 of 25 bytes"]);
    expect({ size: statSync(file).size, second: second?.isOnDisk }).toEqual({ size: first?.size, second: false });
  });
});

describe("files of a spool", () => {
  it("are for their user only, whatever the umask", () => {
    const before = process.umask(0);
    try {
      const directory = join(temporaryFolder(), ".vitrine", "spool");
      const { spool } = openSpool({ directory });
      append(spool, "a");
      deliver(spool.segments);
      setAside(directory, Buffer.from("a"), { url: "http://a", reason: "400" });
      setAsideDamage(directory, Buffer.from("a"), "place");
      const modes = filesBelow(join(directory, "..")).map((path) => `${endingOf(path)} ${modeOf(path)}`);
      expect(modes.toSorted()).toEqual([
        ".bin 600",
        ".gitignore 666",
        ".json 600",
        ".json 600",
        ".otlp 600",
        ".spans 600",
        ".taken 600",
        "folder 700",
        "folder 700",
        "folder 700",
      ]);
    } finally {
      process.umask(before);
    }
  });

  it("are kept out of git, where they are by default", () => {
    const folder = join(temporaryFolder(), ".vitrine");
    append(openSpool({ directory: join(folder, "spool") }).spool, "a");
    expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe("*\n");
  });

  it("leave a .gitignore that is there, and put none into a folder of another name", () => {
    const [mine, other] = [join(temporaryFolder(), ".vitrine"), temporaryFolder()];
    mkdirSync(mine);
    writeFileSync(join(mine, ".gitignore"), "spool\n");
    for (const folder of [mine, other]) append(openSpool({ directory: join(folder, "spool") }).spool, "a");
    expect(readFileSync(join(mine, ".gitignore"), "utf8")).toBe("spool\n");
    expect(readdirSync(other)).toEqual(["spool"]);
  });
});

function spoolFiles(directory: string): string[] {
  return filesBelow(directory).filter((path) => path.endsWith(".spans"));
}

function removeSegments(directory: string): void {
  for (const path of spoolFiles(directory)) rmSync(path);
}

function endingOf(path: string): string {
  return /\.[a-z]+$/.exec(path)?.[0] ?? "folder";
}

function refuse(): never {
  throw new Error("ENOSPC: no space left on device, write");
}
