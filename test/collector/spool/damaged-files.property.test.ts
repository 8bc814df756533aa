import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SEGMENT_FILE } from "../../../src/collector/spool/file-segment.ts";
import { PROGRESS_FILE } from "../../../src/collector/spool/progress-file.ts";
import { type SpoolRecord, readRecords } from "../../../src/collector/spool/record.ts";
import { temporaryFolder } from "../../support/spool-provider.ts";
import { faultOf, faults } from "./faults.ts";
import { append, deliver, disown, filesBelow, HERE, openSpool, ownersIn, waitingIn } from "./spools.ts";

const names = (count: number) => Array.from({ length: count }, (_, index) => `span ${index}${"+".repeat(index % 7)}`);

/** Makes a spool of a process that is no more, with three segments; of the first the destination has taken the half. */
function leaveSpool(directory: string): void {
  const { spool } = openSpool({ directory, maxBytes: 1_200 });
  append(spool, ...names(20).slice(0, 5));
  deliver(spool.segments);
  append(spool, ...names(20).slice(5));
  disown(directory);
}

const whole = mkdtempSync(join(tmpdir(), "vitrine-test-"));
leaveSpool(whole);
const files = filesBelow(whole)
  .filter((path) => path.endsWith(SEGMENT_FILE) || path.endsWith(PROGRESS_FILE))
  .map((path) => ({ path: path.slice(whole.length), bytes: readFileSync(path) }));
rmSync(whole, { recursive: true });

describe("files of a spool to which something happened", () => {
  it("cost none of the records that it did not happen to, and the next start works", async () => {
    const run = fc.asyncProperty(fc.nat(files.length - 1), faults, async (index, choice) => {
      const directory = mkdtempSync(join(tmpdir(), "vitrine-test-"));
      const [owner = ""] = (files[0]?.path ?? "").split("/").slice(1);
      mkdirSync(join(directory, owner));
      const hurt = files.map(({ path, bytes }, at) =>
        at === index ? { path, ...faultOf(bytes, choice) } : { path, bytes, from: 0, to: 0 },
      );
      for (const { path, bytes } of hurt) writeFileSync(join(directory, path), bytes);
      const { spool } = openSpool({ directory });
      await spool.keepHouse();
      await spool.takeOver();
      const found = await waitingIn(spool);
      const taken = takenOf(files);
      const spared = files
        .filter(({ path }) => path.endsWith(SEGMENT_FILE))
        .flatMap(({ path, bytes }) => {
          const { from, to } = hurt.find((file) => file.path === path) ?? { from: 0, to: 0 };
          const isSpared = ({ start, end }: SpoolRecord) => from === to || end <= from || start >= to;
          return readRecords(bytes).records.filter((record) => record.kind === 1 && isSpared(record));
        })
        .map(({ payload }) => payload.toString())
        .filter((name) => !taken.has(name));
      expect(found).toEqual(expect.arrayContaining(spared));
      expect(names(20)).toEqual(expect.arrayContaining(found));
      deliver(spool.segments);
      spool.close();
      rmSync(directory, { recursive: true });
    });
    await fc.assert(run, { numRuns: 250 });
  });
});

/** The names of the spans that the destination had taken, in files to which nothing has happened. */
function takenOf(all: typeof files): ReadonlySet<string> {
  const taken = all.flatMap(({ path, bytes }) => {
    const lines = all.find((file) => file.path === path.replace(SEGMENT_FILE, PROGRESS_FILE))?.bytes.toString() ?? "";
    const position = Number(lines.trim().split("\n").at(-1)?.split(" ")[1] ?? 0);
    if (!path.endsWith(SEGMENT_FILE)) return [];
    return readRecords(bytes).records.filter(({ end }) => end <= position);
  });
  return new Set(taken.map(({ payload }) => payload.toString()));
}

describe("other people's files in a spool", () => {
  it.each([
    ["beside the folders", ["notes.txt", "0123456789abcdef"], "a file"],
    ["in a folder of an owner", ["0123456789abcdef/notes.txt"], "a file"],
    ["named as a segment", ["0123456789abcdef/1700000000000-0123456789abcdef-000001.spans"], "PNG\r\n\u001a vtr1"],
    ["named as progress", ["0123456789abcdef/1700000000000-0123456789abcdef-000001.taken"], `${HERE} 9 9 9\n\0`],
    ["an empty segment", ["0123456789abcdef/1700000000000-0123456789abcdef-000001.spans"], ""],
  ])("do not harm it: %s", async (_where, paths, content) => {
    const directory = temporaryFolder();
    for (const path of paths) {
      mkdirSync(join(directory, path, ".."), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    const { spool } = openSpool({ directory });
    await spool.keepHouse();
    await spool.takeOver();
    append(spool, "mine");
    expect(await waitingIn(spool)).toEqual(["mine"]);
    spool.close();
  });

  it("stay where they are, with their folder", async () => {
    const directory = temporaryFolder();
    leaveSpool(directory);
    const [owner = ""] = ownersIn(directory);
    writeFileSync(join(directory, owner, "notes.txt"), "not ours");
    const { spool } = openSpool({ directory });
    await spool.takeOver();
    expect(spool.segments.length).toBeGreaterThan(2);
    expect(readdirSync(join(directory, owner))).toEqual(["lock.json", "notes.txt"]);
  });
});
