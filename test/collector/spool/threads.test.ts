import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { startSpoolProvider, temporaryFolder } from "../../support/spool-provider.ts";

const PROGRAM = join(import.meta.dirname, "..", "programs", "spool-threads.ts");

describe("a worker thread with a collector adapter of its own", () => {
  it("owns its spans while it lives; when the process is killed, the next one sends them at once", async () => {
    const directory = temporaryFolder();
    const sink = await startFaultySink(() => ({ status: 503 }));
    const { said, pid, die } = await startThreads([sink.url, directory, "lives"]);
    expect(said).toEqual({
      owners: expect.arrayContaining([
        { pid, isWorker: false },
        { pid, isWorker: true },
      ]),
      taken: [0],
    });
    await die();
    sink.answer = () => ({ status: 200 });
    const { processor } = startSpoolProvider({ endpoint: sink.url, spool: { directory, retain: 0 } });
    await vi.waitFor(() => expect(sink.kept.toSorted()).toEqual(["main", "worker"]), 30_000);
    await processor.forceFlush();
    await processor.shutdown();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("that is terminated leaves its spans to the main thread, a minute after it was heard of last", async () => {
    const sink = await startFaultySink(() => ({ status: 503 }));
    const { said } = await startThreads([sink.url, temporaryFolder(), "is terminated"]);
    expect(said).toMatchObject({ taken: [0, 0, 1] });
  });
});

/** Starts the program, and gives what it says. */
async function startThreads(args: readonly string[]) {
  const flags = ["--import", "tsx", "--conditions=@vitrine/source", PROGRAM];
  const child = spawn(process.execPath, [...flags, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(child, "exit");
  const die = async () => {
    child.kill("SIGKILL");
    await gone;
  };
  onTestFinished(die);
  for await (const line of createInterface({ input: child.stdout })) {
    const said: unknown = JSON.parse(line);
    return { said, pid: child.pid, die };
  }
  throw new Error("The program has said nothing.");
}
