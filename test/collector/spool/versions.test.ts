import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SEGMENT_FILE } from "../../../src/collector/spool/file-segment.ts";
import { NO_SPAN, RECORD, recordHeader } from "../../../src/collector/spool/record.ts";
import { temporaryFolder } from "../../support/spool-provider.ts";
import { disown, leave, openSpool, waitingIn } from "./spools.ts";

describe("versions of files", () => {
  it("are read when they are older: version 1", async () => {
    const directory = temporaryFolder();
    const folder = join(directory, "0123456789abcdef");
    mkdirSync(folder);
    const name = "1700000000000-0123456789abcdef-000001";
    for (const ending of [".spans", ".taken"]) {
      writeFileSync(
        join(folder, name + ending),
        readFileSync(join(import.meta.dirname, "fixtures", `version-1${ending}`)),
      );
    }
    const { spool } = openSpool({ directory, maxAgeMs: Number.MAX_VALUE });
    await spool.takeOver();
    expect(await waitingIn(spool)).toEqual(["waiting"]);
  });

  it("are left alone when they are newer, whatever follows the first record", async () => {
    const directory = temporaryFolder();
    const dead = leave(directory, "a");
    const folder = join(directory, dead);
    const [file = ""] = readdirSync(folder).filter((name) => name.endsWith(SEGMENT_FILE));
    const payload = Buffer.from('{"version":2,"destinations":["here"]}');
    const about = recordHeader({ kind: RECORD.about, spanId: NO_SPAN, payload });
    writeFileSync(join(folder, file), Buffer.concat([about, payload, Buffer.from("what no reader of today reads")]));
    const before = readFileSync(join(folder, file));
    disown(directory);
    const { spool } = openSpool({ directory, retain: 0 });
    await spool.takeOver();
    spool.close();
    expect(spool.segments).toEqual([]);
    expect(readdirSync(directory)).toEqual([dead]);
    expect(readFileSync(join(folder, file))).toEqual(before);
  });
});
