import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { LOCK_FILE } from "../../../src/collector/spool/owner-folder.ts";
import { box } from "../../phoenix/setup/box.ts";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { startSpoolProvider, temporaryFolder } from "../../support/spool-provider.ts";
import { runWithOnePid, startHeir } from "./containers.ts";
import { canChoosePid, canIsolate } from "./isolate.ts";
import { killInLoop } from "./kill-loop.ts";
import { leave, openSpool, ownersIn, silence, waitingIn } from "./spools.ts";

const NOT_RUN = [
  `${canIsolate ? "A TEST" : "THE TESTS"} OF CONTAINERS THAT SHARE A SPOOL DID NOT RUN`,
  canIsolate
    ? "because this kernel lets us give no process an id that was used before (ns_last_pid)."
    : "because this system gives no process a table of processes of its own (unshare --pid).",
  "Run them on Linux, as root or where users may have namespaces.",
];
// Not in a hook: where all tests are skipped none runs.
if (!canChoosePid) process.stderr.write(`\n${box(NOT_RUN)}`);

describe.skipIf(!canIsolate)("containers that share a folder, each with a process 1", () => {
  it("leave to one another what is theirs while they live", async () => {
    const directory = temporaryFolder();
    const first = await startHeir(directory, "a");
    const second = await startHeir(directory, "b");
    const { spool: outside } = openSpool({ directory });
    await outside.takeOver();
    expect([first, second]).toMatchObject([
      { pid: 1, found: [] },
      { pid: 1, found: [] },
    ]);
    expect(await waitingIn(outside)).toEqual([]);
    expect(ownersIn(directory).map((name) => pidOf(directory, name))).toEqual([1, 1]);
  });

  it("take over from one that is no more when it was not heard of for a minute, and not before", async () => {
    const directory = temporaryFolder();
    const dead = await startHeir(directory, "a");
    const [deadFolder = ""] = ownersIn(directory);
    await startHeir(directory, "b");
    await dead.die();
    const early = await startHeir(directory, "c");
    silence(directory, deadFolder);
    const late = await startHeir(directory, "d");
    expect([early.found, late.found]).toEqual([[], ["a"]]);
  });

  it("take each span once when they start at once", async () => {
    const directory = temporaryFolder();
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for (const name of names) silence(directory, leave(directory, name));
    const heirs = await Promise.all(["x", "y", "z"].map(async (own) => startHeir(directory, own)));
    expect(heirs.map(({ pid }) => pid)).toEqual([1, 1, 1]);
    expect(heirs.flatMap(({ found }) => found).toSorted()).toEqual(names);
  });

  it("lose nothing when they are killed in a loop: a minute later one takes all", async () => {
    const directory = temporaryFolder();
    const sink = await startFaultySink();
    const ended = await killInLoop({ processes: 2, rounds: 3, directory, endpoint: sink.url, isIsolated: true });
    for (const name of ownersIn(directory)) silence(directory, name);
    const { processor } = startSpoolProvider({ endpoint: sink.url, spool: { directory, retain: 0 } });
    await vi.waitFor(() => expect(sink.kept).toEqual(expect.arrayContaining(ended)), {
      timeout: 40_000,
      interval: 200,
    });
    await processor.forceFlush();
    await processor.shutdown();
    expect(ended.length).toBeGreaterThan(6);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe.skipIf(!canChoosePid)("a process id that is used again", () => {
  it("is no owner: what the process that had it before left is taken at once", async () => {
    const [first, second, third] = await runWithOnePid(temporaryFolder(), ["a", "b", "c"]);
    expect([second?.pid, third?.pid]).toEqual([first?.pid, first?.pid]);
    expect([first?.found, second?.found, third?.found]).toEqual([[], ["a"], ["a", "b"]]);
  });
});

function pidOf(directory: string, name: string): unknown {
  return Object(JSON.parse(readFileSync(join(directory, name, LOCK_FILE), "utf8"))).pid;
}
