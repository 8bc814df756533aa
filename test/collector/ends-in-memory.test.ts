import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startFaultySink } from "../support/faulty-sink.ts";
import { runProgram } from "../support/run-program.ts";
import { keepStderr, startSpoolProvider, stubEnv, temporaryFolder } from "../support/spool-provider.ts";

/** A file stands in the way: also root cannot write there. */
const NO_FOLDER = "/dev/null/spool";
const PROGRAM = join(import.meta.dirname, "programs", "end.ts");

/** Begins a collector that keeps spans in memory, and whose destination never answers. */
async function startInMemory(directory: string) {
  stubEnv({ VITRINE_SPOOL: directory });
  const sink = await startFaultySink(() => "hang");
  return startSpoolProvider({ endpoint: sink.url, spool: false, quiet: false });
}

describe("shutdown() of a collector that keeps spans in memory", () => {
  it("says where it has written them, and counts them as waiting", async () => {
    const lines = keepStderr();
    const directory = temporaryFolder();
    const { end, processor } = await startInMemory(directory);
    end("a", "b");
    await processor.shutdown({ timeoutMs: 20 });
    expect(lines).toEqual([
      `vitrine: Not sent yet, and kept in ${directory}: 2 spans. The next start sends them, or vitrine deliver.\n`,
    ]);
    expect(processor.stats()).toMatchObject({ ended: 2, delivered: 0, waiting: 2, bytes: 0 });
  });

  it("says that they are lost, and nothing else, when they cannot be written", async () => {
    const lines = keepStderr();
    const { end, processor } = await startInMemory(NO_FOLDER);
    end("a");
    await processor.shutdown({ timeoutMs: 20 });
    expect(lines).toEqual([
      expect.stringMatching(
        /^vitrine: 1 span is lost, unless \/dev\/null\/spool can be written when the process ends: E\w+: .*\.\n$/,
      ),
    ]);
    expect(processor.stats().waiting).toBe(1);
  });

  it("has said so when the process ends, and it is not said again", async () => {
    const sink = await startFaultySink(() => "hang");
    const { code, stderr } = await runProgram(PROGRAM, ["shutdown", sink.url, NO_FOLDER, "memory"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^vitrine: 3 spans are lost, unless .*\n$/);
  });

  it("is not needed for the loss to be told", async () => {
    const sink = await startFaultySink(() => "hang");
    const { code, stderr } = await runProgram(PROGRAM, ["process.exit", sink.url, NO_FOLDER, "memory"]);
    expect(code).toBe(7);
    expect(stderr).toMatch(/^vitrine: 3 spans are lost: E\w+: .*\n$/);
  });
});

describe("the loss of spans", () => {
  it("is told of others when those that it was told of have been delivered", async () => {
    const sink = await startFaultySink();
    const how = "a signal that the program lives on with, and process.exit with others";
    const { code, stderr } = await runProgram(PROGRAM, [how, sink.url, NO_FOLDER, "memory"]);
    expect({ code, kept: sink.kept }).toEqual({ code: 7, kept: ["a", "b", "c"] });
    expect(stderr).toMatch(
      /^vitrine: 3 spans are lost, unless sent before the process ends: E\w+: .*\nvitrine: 3 spans are lost: E\w+: .*\n$/,
    );
  });
});

describe("forceFlush() while the disk refuses", () => {
  it("says that spans are in memory", async () => {
    const sink = await startFaultySink(() => "hang");
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, spool: { directory: NO_FOLDER } });
    end("a", "b");
    await expect(processor.forceFlush({ timeoutMs: 20 })).rejects.toThrow(
      `Not sent yet, and kept in memory: 2 spans. At its end the process writes them to ${NO_FOLDER}.`,
    );
  });
});
