import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow } from "../collector/spool/spools.ts";
import { type FaultySink, startFaultySink } from "../support/faulty-sink.ts";
import { runProgram } from "../support/run-program.ts";
import { startSpoolProvider, temporaryFolder } from "../support/spool-provider.ts";
import { runVitrine } from "./run-vitrine.ts";

const PROGRAM = join(import.meta.dirname, "../collector/programs/end.ts");

/** A spool in which a process has left three spans for the sink. */
async function leaveThree(answer: FaultySink["answer"] = () => ({ status: 200 })) {
  const sink = await startFaultySink(answer);
  const directory = temporaryFolder();
  await runProgram(PROGRAM, ["process.exit", sink.url, directory]);
  return { sink, directory };
}

const isFile = (path: string) => statSync(path).isFile();

describe("vitrine deliver", () => {
  it("sends what lies in a spool", async () => {
    const { sink, directory } = await leaveThree();
    const { code, stdout } = await runVitrine(["deliver", directory, "--endpoint", sink.url]);
    expect(sink.kept).toEqual(["a", "b", "c"]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${directory}: 3 spans left there for ${sink.url}/v1/traces, 3 delivered, 0 refused.\n`,
    });
  });

  it("says what it could not send, and why", async () => {
    const { sink, directory } = await leaveThree(() => ({ status: 503 }));
    const { code, stdout } = await runVitrine(["deliver", directory, "--endpoint", sink.url, "--timeout", "0.2"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining("does not take them (503)") });
  });

  it("leaves what is for another address, and says how it is sent", async () => {
    const { sink, directory } = await leaveThree();
    const other = await startFaultySink();
    const { code, stdout } = await runVitrine(["deliver", directory, "--endpoint", other.url]);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout:
        `${directory}: 0 spans left there for ${other.url}/v1/traces, 0 delivered, 0 refused.\n` +
        `Not sent from here: 3 spans for ${sink.url}/v1/traces. Name it with --endpoint, as the program that left them does.\n`,
    });
  });

  it("names addresses without what may be a key in them", async () => {
    const directory = temporaryFolder();
    await runProgram(PROGRAM, ["process.exit", "http://me:s3cret@127.0.0.1:9/v1/traces?key=s3cret", directory]);
    const { code, stdout } = await runVitrine(["deliver", directory, "--endpoint", (await startFaultySink()).url]);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining("3 spans for http://127.0.0.1:9/v1/traces?key=REDACTED. Name it"),
    });
    expect(
      filesBelow(directory)
        .filter(isFile)
        .map((path) => readFileSync(path, "latin1"))
        .join(),
    ).not.toContain("s3cret");
  });

  it.each([
    ["of a program", (folder: string) => join(folder, ".vitrine/spool")],
    ["that is called spool", (folder: string) => join(folder, "spool")],
  ])("asks whether the folder %s is meant where a spool lies below", async (_what, below) => {
    const folder = temporaryFolder();
    mkdirSync(below(folder), { recursive: true });
    const { code, stderr } = await runVitrine(["deliver", folder]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `vitrine: "${folder}" holds nothing of a spool: is "${below(folder)}" meant?\n`,
    });
  });

  it("refuses a folder of something else", async () => {
    const { code, stderr } = await runVitrine(["deliver", import.meta.dirname]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(`"${import.meta.dirname}" holds nothing of a spool: a spool is .vitrine/spool`),
    });
  });

  it("takes what the environment names for a spool only where it is one", async () => {
    const { code, stderr } = await runVitrine(["deliver"], { VITRINE_SPOOL: PROGRAM });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("is a file, not a folder") });
  });

  it("finds nothing in an empty folder, also where git or the file system keep something in it", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "lost+found"));
    writeFileSync(join(folder, ".gitignore"), "*");
    const { code, stdout } = await runVitrine(["deliver", folder]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("0 spans left there") });
  });

  it("leaves what living processes send themselves, and says so", async () => {
    const sink = await startFaultySink(() => ({ status: 503 }));
    const { end, directory } = startSpoolProvider({ endpoint: sink.url });
    end("a", "b");
    const { code, stdout } = await runVitrine(["deliver", directory, "--endpoint", sink.url]);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining("Not sent from here: 2 spans of processes that live and send them."),
    });
  });

  it("sends once more, when it is told to, what was delivered and is still kept", async () => {
    const sink = await startFaultySink();
    const directory = temporaryFolder();
    await runProgram(PROGRAM, ["the loop is empty", sink.url, directory]);
    const { code, stdout } = await runVitrine(["deliver", directory, "--endpoint", sink.url, "--again"]);
    expect(sink.kept).toEqual(["a", "b", "c", "a", "b", "c"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("3 delivered") });
  });

  it.each([
    ["a folder that is not there", ["/nowhere/at/all"], 'There is no folder "/nowhere/at/all"'],
    ["a file in place of a folder", [PROGRAM], `"${PROGRAM}" is a file, not a folder: a spool is .vitrine/spool`],
    ["more than one folder", ["/tmp", "/usr"], "deliver takes one folder, and was given 2."],
    ["a time that is none", ["--timeout", "soon"], "--timeout wants a number of seconds above 0"],
    ["a time below 0", ["--timeout", "-1"], '--timeout wants a number of seconds above 0, not "-1".'],
    ["an option without its value", ["--endpoint"], "vitrine deliver --help lists what it takes."],
  ])("refuses %s", async (_what, args, said) => {
    const { code, stderr } = await runVitrine(["deliver", ...args]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(said) });
  });
});
