import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { startFaultySink } from "../support/faulty-sink.ts";
import { type Ended, runProgram } from "../support/run-program.ts";
import { startSpoolProvider, temporaryFolder } from "../support/spool-provider.ts";

const PROGRAM = join(import.meta.dirname, "programs", "end.ts");

/** "no disk": in memory, as the disk refuses. */
type Where = "files" | "memory" | "no disk";

interface Life {
  readonly endpoint: string;
  readonly directory: string;
  readonly where?: Where;
}

async function run(how: string, { endpoint, directory, where = "files" }: Life): Promise<Omit<Ended, "stdout">> {
  const { stdout: _, ...ended } = await runProgram(PROGRAM, [how, endpoint, directory, where]);
  return ended;
}

/** Runs a program against a collector that is away, then another process that finds it back. */
async function liveTwice(how: string, where: Where) {
  const sink = await startFaultySink(() => ({ status: 503 }));
  const directory = join(temporaryFolder(), "spool");
  const ended = await run(how, { endpoint: sink.url, directory, where });
  sink.answer = () => ({ status: 200 });
  const { processor } = startSpoolProvider({ endpoint: sink.url, spool: { directory, retain: 0 } });
  await sink.keptAtLeast(3);
  await processor.shutdown();
  return { ...ended, kept: sink.kept, left: readdirSync(directory) };
}

const ALL = ["a", "b", "c"];
const COUNTS = z.array(z.number());
/** Of SIGTERM, SIGINT, SIGHUP, beforeExit and exit. */
const LISTENERS = z.object({ before: COUNTS, during: COUNTS, after: COUNTS });

describe("the end of a process", () => {
  it("sends what waits at its natural end", async () => {
    const sink = await startFaultySink();
    const ended = await run("the loop is empty", { endpoint: sink.url, directory: temporaryFolder() });
    expect(ended).toEqual({ code: 0, signal: null, stderr: "" });
    expect(sink.kept).toEqual(ALL);
  });

  it("ends within its time when the collector hangs, and says where the spans are", async () => {
    const sink = await startFaultySink(() => "hang");
    const directory = temporaryFolder();
    const ended = await run("shutdown", { endpoint: sink.url, directory });
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(ended.stderr).toBe(
      `vitrine: Not sent yet, and kept in ${directory}: 3 spans. The next start sends them, or vitrine deliver.\n`,
    );
  });

  it.each([
    ["the loop is empty", { code: 0, signal: null }],
    ["process.exit", { code: 7, signal: null }],
    ["an error is thrown", { code: 1, signal: null }],
    ["shutdown", { code: 0, signal: null }],
    ["a signal", { code: null, signal: "SIGTERM" }],
    ["a signal that is handled", { code: 9, signal: null }],
    ["SIGKILL", { code: null, signal: "SIGKILL" }],
  ])("loses nothing with a spool when it is by: %s", async (how, ended) => {
    const { kept, left, ...rest } = await liveTwice(how, "files");
    expect(kept).toEqual(ALL);
    expect(rest).toMatchObject(ended);
    expect(left).toEqual([]);
  });

  it.each([
    ["the loop is empty", { code: 0, signal: null }],
    ["process.exit", { code: 7, signal: null }],
    ["an error is thrown", { code: 1, signal: null }],
    ["shutdown", { code: 0, signal: null }],
    ["a signal", { code: null, signal: "SIGTERM" }],
    ["a signal that is handled", { code: 9, signal: null }],
    ["a signal that is handled later", { code: 9, signal: null }],
    ["a signal that was handled before", { code: 9, signal: null }],
    ["a signal that another copy of this package hears", { code: null, signal: "SIGTERM" }],
    ["a signal that ends the process when nobody else listens", { code: null, signal: "SIGTERM" }],
  ])("writes down what is in memory when it is by: %s", async (how, ended) => {
    const { kept, left, ...rest } = await liveTwice(how, "memory");
    expect(kept).toEqual(ALL);
    expect(rest).toMatchObject(ended);
    expect(left).toEqual([]);
  });

  it.each([
    ["the loop is empty", { code: 0, signal: null }],
    ["process.exit", { code: 7, signal: null }],
    ["a signal", { code: null, signal: "SIGTERM" }],
    ["a signal that was handled before", { code: 9, signal: null }],
  ])("writes down what is in memory, as the disk refused, when it is by: %s", async (how, ended) => {
    const { kept, left, ...rest } = await liveTwice(how, "no disk");
    expect(kept).toEqual(ALL);
    expect(rest).toMatchObject(ended);
    expect(left).toEqual([]);
  });

  it.each(["a signal whose handler sends", "a signal whose handler of before sends"])(
    "lets a program send what is in memory: %s",
    async (how) => {
      const sink = await startFaultySink();
      const directory = join(temporaryFolder(), "spool");
      const ended = await run(how, { endpoint: sink.url, directory, where: "memory" });
      expect(ended).toEqual({ code: 9, signal: null, stderr: "" });
      expect(sink.kept).toEqual(ALL);
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  it("leaves no copy behind where the program lives on after a signal, and each span is sent once", async () => {
    const sink = await startFaultySink();
    const directory = join(temporaryFolder(), "spool");
    const how = "a signal that the program lives on with";
    const ended = await run(how, { endpoint: sink.url, directory, where: "memory" });
    expect(ended).toEqual({ code: 0, signal: null, stderr: "" });
    expect(sink.kept).toEqual(ALL);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("hears a second signal, too, and writes down what ended since the first", async () => {
    const { signal, kept } = await liveTwice("a signal that the program lives on with, and a second one", "memory");
    expect({ signal, kept }).toEqual({ signal: "SIGTERM", kept: [...ALL, "late"] });
  });

  it("lets each copy of this package write down what it has before a signal ends them", async () => {
    const sink = await startFaultySink(() => "hang");
    const how = "a signal that another copy of this package hears";
    const { signal, stdout } = await runProgram(PROGRAM, [how, sink.url, temporaryFolder(), "memory"]);
    expect({ signal, stdout }).toEqual({ signal: "SIGTERM", stdout: "the copy is asked\n" });
  });

  it("says what is lost when a signal comes and no folder takes what is in memory", async () => {
    const sink = await startFaultySink(() => "hang");
    const how = "a signal that ends the process when nobody else listens";
    const { signal, stderr } = await run(how, { endpoint: sink.url, directory: "/dev/null/spool", where: "memory" });
    expect(signal).toBe("SIGTERM");
    expect(stderr).toMatch(/^vitrine: 3 spans are lost, unless sent before the process ends: E\w+: .*\n$/);
  });

  it("loses no span that ends after shutdown() while the disk refuses", async () => {
    const sink = await startFaultySink();
    const directory = join(temporaryFolder(), "spool");
    await run("shutdown, and a span after it that no disk takes", { endpoint: sink.url, directory });
    const { processor } = startSpoolProvider({ endpoint: sink.url, spool: { directory } });
    await processor.forceFlush();
    expect(sink.kept).toEqual([...ALL, "late"]);
  });

  it.each([
    ["files", [0, 0, 0, 1, 1]],
    ["memory", [1, 1, 1, 1, 1]],
  ])("is listened for while it would take something, and not after shutdown(): %s", async (where, added) => {
    const sink = await startFaultySink();
    const { stdout } = await runProgram(PROGRAM, [
      "shutdown, and a look at who listens",
      sink.url,
      join(temporaryFolder(), "spool"),
      where,
    ]);
    const { before, during, after } = LISTENERS.parse(JSON.parse(stdout));
    expect(during).toEqual(before.map((count, index) => count + (added[index] ?? 0)));
    expect(after).toEqual(before);
  });
});
