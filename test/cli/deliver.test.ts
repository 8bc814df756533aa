import { join } from "node:path";
import { describe, expect, it } from "vitest";
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
    const { directory } = await leaveThree();
    const other = await startFaultySink();
    const { code, stdout } = await runVitrine(["deliver", directory, "--endpoint", other.url]);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout:
        `${directory}: 0 spans left there for ${other.url}/v1/traces, 0 delivered, 0 refused.\n` +
        "Not sent from here: 3 spans for another address. Name it with --endpoint, as the program that left them does.\n",
    });
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
    ["a file in place of a folder", [PROGRAM], "There is no folder"],
    ["more than one folder", ["/tmp", "/usr"], "deliver takes one folder, and was given 2."],
    ["a time that is none", ["--timeout", "soon"], "--timeout wants a number of seconds above 0"],
    ["an option without its value", ["--endpoint"], "vitrine deliver --help lists what it takes."],
  ])("refuses %s", async (_what, args, said) => {
    const { code, stderr } = await runVitrine(["deliver", ...args]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(said) });
  });
});
