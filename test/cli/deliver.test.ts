import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FaultySink, startFaultySink } from "../support/faulty-sink.ts";
import { runProgram } from "../support/run-program.ts";
import { temporaryFolder } from "../support/spool-provider.ts";
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
      stdout: `${directory}: 3 spans found, 3 delivered to ${sink.url}/v1/traces, 0 refused.\n`,
    });
  });

  it("says what it could not send, and why", async () => {
    const { sink, directory } = await leaveThree(() => ({ status: 503 }));
    const { code, stdout } = await runVitrine(["deliver", directory, "--endpoint", sink.url, "--timeout", "0.2"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining("does not take them (503)") });
  });

  it("leaves what is for another address, and says so", async () => {
    const { directory } = await leaveThree();
    const other = await startFaultySink();
    const { code, stdout } = await runVitrine(["deliver", directory, "--endpoint", other.url]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining("for another address") });
  });

  it("sends once more, when it is told to, what was delivered and is still kept", async () => {
    const sink = await startFaultySink();
    const directory = temporaryFolder();
    await runProgram(PROGRAM, ["the loop is empty", sink.url, directory]);
    const { code, stdout } = await runVitrine(["deliver", directory, "--endpoint", sink.url, "--again"]);
    expect(sink.kept).toEqual(["a", "b", "c", "a", "b", "c"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("3 delivered") });
  });

  it("finds nothing in a folder that is not there", async () => {
    const sink = await startFaultySink();
    const { code, stdout } = await runVitrine(["deliver", "/nowhere/at/all", "--endpoint", sink.url]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("0 spans found") });
  });
});
