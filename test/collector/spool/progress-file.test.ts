import { appendFileSync, readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROGRESS_FILE } from "../../../src/collector/spool/progress-file.ts";
import { temporaryFolder } from "../../support/spool-provider.ts";
import { append, deliver, disown, filesBelow, openSpool, ownersIn, waitingIn } from "./spools.ts";

/** Leaves a spool of which the destination has taken the first of two spans. */
function leaveHalf() {
  const directory = temporaryFolder();
  const { spool } = openSpool({ directory });
  append(spool, "taken");
  deliver(spool.segments);
  append(spool, "waiting");
  disown(directory);
  const path = filesBelow(directory).find((file) => file.endsWith(PROGRESS_FILE)) ?? "";
  return { directory, path };
}

async function foundIn(directory: string): Promise<string[]> {
  const { spool } = openSpool({ directory });
  await spool.takeOver();
  return waitingIn(spool);
}

describe("what a destination has taken", () => {
  it("is known by the last whole line", async () => {
    const { directory, path } = leaveHalf();
    appendFileSync(path, "here 160 2 17956");
    expect(await foundIn(directory)).toEqual(["waiting"]);
  });

  it("counts for nothing in a line whose checksum is another", async () => {
    const { directory, path } = leaveHalf();
    appendFileSync(path, "here 121 2 1795631770275 0\n");
    expect(await foundIn(directory)).toEqual(["waiting"]);
  });

  it("costs a repeat where its file is gone", async () => {
    const { directory, path } = leaveHalf();
    truncateSync(path);
    expect(await foundIn(directory)).toEqual(["taken", "waiting"]);
  });

  it("goes on in the file when the heir's destination takes more", async () => {
    const { directory } = leaveHalf();
    const { spool: heir } = openSpool({ directory });
    await heir.takeOver();
    deliver(heir.segments);
    append(heir, "new");
    disown(directory);
    expect(await foundIn(directory)).toEqual(["new"]);
    const [owner = ""] = ownersIn(directory);
    expect(readdirSync(join(directory, owner)).filter((name) => name.endsWith(PROGRESS_FILE))).toHaveLength(1);
  });
});
