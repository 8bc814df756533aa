import { mkdirSync, readdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LOCK_FILE } from "../../../src/collector/spool/owner-folder.ts";
import { temporaryFolder } from "../../support/spool-provider.ts";
import { append, deliver, disown, leave, openSpool, ownersIn, waitingIn } from "./spools.ts";

describe("an heir that dies while it takes over", () => {
  it.each(["nothing moved", "one segment moved", "one moved without its progress", "all moved"])(
    "leaves all to the next one: %s",
    async (state) => {
      const directory = temporaryFolder();
      const { spool: owner } = openSpool({ directory, maxBytes: 400 });
      append(owner, "a", "b");
      deliver(owner.segments.slice(0, 1));
      const [dead = ""] = ownersIn(directory);
      const heir = join(directory, leave(directory, "c"));
      renameSync(join(directory, dead), join(heir, dead));
      const files = readdirSync(join(heir, dead)).filter((name) => name !== LOCK_FILE);
      const moved = {
        "nothing moved": [],
        "one segment moved": files.slice(0, 2),
        "one moved without its progress": files.slice(0, 1),
        "all moved": files,
      }[state];
      for (const name of moved ?? []) renameSync(join(heir, dead, name), join(heir, name));
      disown(directory);
      const { spool } = openSpool({ directory, retain: 0 });
      await spool.takeOver();
      const repeated = state === "one moved without its progress" ? ["a"] : [];
      expect((await waitingIn(spool)).toSorted()).toEqual([...repeated, "b", "c"]);
      deliver(spool.segments);
      spool.close();
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  it("leaves no folder behind, however many died", async () => {
    const directory = temporaryFolder();
    for (const name of ["a", "b", "c", "d"]) {
      const dead = ownersIn(directory);
      const heir = leave(directory, name);
      for (const folder of dead) renameSync(join(directory, folder), join(directory, heir, folder));
    }
    disown(directory);
    const { spool } = openSpool({ directory, retain: 0 });
    await spool.takeOver();
    expect((await waitingIn(spool)).toSorted()).toEqual(["a", "b", "c", "d"]);
    deliver(spool.segments);
    spool.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("leaves a folder that it had not finished making, which is removed after a minute", async () => {
    const directory = temporaryFolder();
    const [old, young] = [join(directory, `${"0".repeat(16)}.new`), join(directory, `${"1".repeat(16)}.new`)];
    for (const path of [old, young]) mkdirSync(path);
    writeFileSync(join(old, LOCK_FILE), "{");
    utimesSync(old, 0, 0);
    const { spool } = openSpool({ directory });
    await spool.takeOver();
    spool.close();
    expect(readdirSync(directory)).toEqual([`${"1".repeat(16)}.new`]);
  });
});
