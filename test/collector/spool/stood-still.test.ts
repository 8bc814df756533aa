import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { startSpoolProvider, temporaryFolder } from "../../support/spool-provider.ts";
import { append, deliver, disown, openSpool, ownersIn, type TestSpool, waitingIn } from "./spools.ts";
import { startWriter } from "./writers.ts";

const STALE = [{ host: "another-container" }, 61_000] as const;

describe("a process that stood still", () => {
  it("keeps what it wrote, and goes on", async () => {
    const directory = temporaryFolder();
    const sink = await startFaultySink(() => ({ status: 503 }));
    const writer = startWriter({ directory, endpoint: sink.url });
    onTestFinished(async () => writer.die());
    await writer.begun();
    writer.kill("SIGSTOP");
    const { spool } = openSpool({ directory });
    await spool.takeOver();
    expect(spool.segments).toEqual([]);
    const before = writer.ended().length;
    writer.kill("SIGCONT");
    await vi.waitFor(() => expect(writer.ended().length).toBeGreaterThan(before), 30_000);
    await writer.die();
    sink.answer = () => ({ status: 200 });
    startSpoolProvider({ endpoint: sink.url, spool: { directory, retain: 0 } });
    const ended = writer.ended();
    await vi.waitFor(() => expect(sink.kept).toEqual(expect.arrayContaining(ended)), 30_000);
  });
});

/** Makes a spool that has looked after its folder when it had written a span. */
async function startOwner(directory: string): Promise<TestSpool> {
  const owner = openSpool({ directory });
  append(owner.spool, "before");
  await owner.spool.keepHouse();
  return owner;
}

describe("a process that lives, and was taken for dead", () => {
  it("loses nothing of what it writes until it sees it: its heir has it, and it has it too", async () => {
    const directory = temporaryFolder();
    const { spool: owner } = await startOwner(directory);
    disown(directory, ...STALE);
    const { spool: heir } = openSpool({ directory });
    await heir.takeOver();
    append(owner, "after");
    await owner.keepHouse();
    await heir.keepHouse();
    expect(await waitingIn(heir)).toEqual(["before", "after"]);
    expect(await waitingIn(owner)).toEqual(["after"]);
  });

  it("loses nothing also where its heir has removed the files", async () => {
    const directory = temporaryFolder();
    const { spool: owner, told } = await startOwner(directory);
    disown(directory, ...STALE);
    const { spool: heir } = openSpool({ directory, retain: 0 });
    await heir.takeOver();
    deliver(heir.segments);
    await heir.keepHouse();
    append(owner, "after", "later");
    await owner.keepHouse();
    append(owner, "last");
    expect(await waitingIn(owner)).toEqual(["after", "later", "last"]);
    expect(told).toEqual([]);
  });

  it("looks before it writes, when it has not looked for ten seconds", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const directory = temporaryFolder();
    const { spool: owner } = await startOwner(directory);
    disown(directory, ...STALE);
    const { spool: heir } = openSpool({ directory });
    await heir.takeOver();
    vi.setSystemTime(Date.now() + 11_000);
    append(owner, "after");
    await heir.keepHouse();
    expect([await waitingIn(heir), await waitingIn(owner)]).toEqual([["before"], ["after"]]);
  });

  it("says that it lives while it writes, though no timer of its runs", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const directory = temporaryFolder();
    const { spool: owner } = openSpool({ directory });
    append(owner, "before");
    disown(directory, { host: "another-container" }, 55_000);
    vi.setSystemTime(Date.now() + 11_000);
    append(owner, "after");
    const { spool: heir } = openSpool({ directory });
    await heir.takeOver();
    expect(heir.segments).toEqual([]);
  });

  it("begins a segment in a folder of its own when its old one is gone", async () => {
    const directory = temporaryFolder();
    const { spool: owner, told } = await startOwner(directory);
    disown(directory, ...STALE);
    const { spool: heir } = openSpool({ directory });
    await heir.takeOver();
    append(owner, "a span that begins another segment".padEnd(1_100_000));
    expect(told).toEqual([]);
    expect(ownersIn(directory)).toHaveLength(2);
    expect(await waitingIn(owner)).toHaveLength(1);
  });

  it("forgets segments whose files are gone, so that they hold nobody up", async () => {
    const directory = temporaryFolder();
    const { spool: owner } = await startOwner(directory);
    disown(directory, ...STALE);
    const { spool: heir } = openSpool({ directory });
    await heir.takeOver();
    const [segment] = owner.segments;
    const read = segment && (await owner.read(segment, 0));
    expect(read).toBeUndefined();
    expect(owner.segments).toEqual([]);
  });
});
