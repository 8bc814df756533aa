import { renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inspectSpool } from "../../src/collector/doctor/spool-state.ts";
import { temporaryFolder } from "../support/spool-provider.ts";
import { disown, leave } from "./spool/spools.ts";

/** Leaves three spans, two of them in a folder that another process had moved into its own, to take it over. */
function leaveNested(): string {
  const directory = temporaryFolder();
  const dead = leave(directory, "a", "b");
  disown(directory);
  const heir = leave(directory, "c");
  renameSync(join(directory, dead), join(directory, heir, dead));
  return directory;
}

describe("inspectSpool", () => {
  it("counts what a process that lives is about to take over among what living processes have", async () => {
    expect(await inspectSpool(leaveNested())).toMatchObject({
      living: 1,
      abandoned: 0,
      waiting: 3,
      waitingOfLiving: 3,
    });
  });

  it("counts what lies in a folder that was being taken over when its heir died, too", async () => {
    const directory = leaveNested();
    const { bytes } = await inspectSpool(directory);
    disown(directory);
    expect(await inspectSpool(directory)).toMatchObject({
      living: 0,
      abandoned: 1,
      waiting: 3,
      waitingOfLiving: 0,
      bytes,
    });
    expect(bytes).toBeGreaterThan(150);
  });

  it("counts nothing where there is no folder", async () => {
    const nothing = { living: 0, abandoned: 0, waiting: 0, waitingOfLiving: 0, bytes: 0, rejected: 0 };
    expect(await inspectSpool(join(temporaryFolder(), "nowhere"))).toEqual(nothing);
  });
});
