import { renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inspectSpool } from "../../src/collector/doctor/spool-state.ts";
import { resolveSpool } from "../../src/collector/spool/spool-options.ts";
import { Spool } from "../../src/collector/spool/spool.ts";
import { temporaryFolder } from "../support/spool-provider.ts";
import { disown, leave, span } from "./spool/spools.ts";

/** Leaves three spans, two of them in a folder that another process had moved into its own, to take it over. */
function leaveNested(): string {
  const directory = temporaryFolder();
  const dead = leave(directory, "a", "b");
  disown(directory);
  const heir = leave(directory, "c");
  renameSync(join(directory, dead), join(directory, heir, dead));
  return directory;
}

interface Places {
  readonly ids: readonly string[];
  readonly addresses?: readonly string[];
}

/** Leaves a span for some destinations, in a spool that notes their addresses or does not. */
function leaveFor(directory: string, { ids, addresses }: Places): void {
  const listener = { dropped: () => {}, diskFailed: () => {}, tookOver: () => {} };
  new Spool({ ...resolveSpool({ directory }, {}), addresses }, ids, listener).append(span("a"));
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

  it("names the address of each destination that spans wait for", async () => {
    const directory = temporaryFolder();
    leaveFor(directory, { ids: ["here", "there"], addresses: ["http://here/", "http://there/"] });
    leaveFor(directory, { ids: ["there"] });
    leaveFor(directory, { ids: ["elsewhere"] });
    const { awaited } = await inspectSpool(directory);
    expect(awaited.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
      { id: "elsewhere", url: undefined, waiting: 1, waitingOfLiving: 1 },
      { id: "here", url: "http://here/", waiting: 1, waitingOfLiving: 1 },
      { id: "there", url: "http://there/", waiting: 2, waitingOfLiving: 2 },
    ]);
  });

  it("names no address that is too long for the first record of a file, and counts nevertheless", async () => {
    const directory = temporaryFolder();
    leaveFor(directory, { ids: ["here"], addresses: [`http://here/${"x".repeat(5_000)}`] });
    const { awaited } = await inspectSpool(directory);
    expect(awaited).toEqual([{ id: "here", url: undefined, waiting: 1, waitingOfLiving: 1 }]);
  });

  it("counts nothing where there is no folder", async () => {
    const nothing = { living: 0, abandoned: 0, waiting: 0, waitingOfLiving: 0, awaited: [], bytes: 0, rejected: 0 };
    expect(await inspectSpool(join(temporaryFolder(), "nowhere"))).toEqual(nothing);
  });
});
