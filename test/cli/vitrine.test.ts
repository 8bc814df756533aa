import { describe, expect, it } from "vitest";
import about from "../../package.json" with { type: "json" };
import { startFaultySink } from "../support/faulty-sink.ts";
import { temporaryFolder } from "../support/spool-provider.ts";
import { runUnread, runVitrine } from "./run-vitrine.ts";

describe("vitrine", () => {
  it.each([
    ["--help", "Usage: vitrine <command>"],
    ["--version", `${about.version}\n`],
    ["--help", "deliver [FOLDER] [--endpoint URL] [--timeout SECONDS] [--again]\n"],
    ["doctor --help", "Usage: vitrine doctor [--endpoint URL] [--spool FOLDER]\n"],
    ["doctor --help", "--spool FOLDER     the spool to look at"],
    ["deliver -h", "Usage: vitrine deliver [FOLDER] [--endpoint URL] [--timeout SECONDS] [--again]\n"],
    ["deliver -h", "--endpoint URL     where to"],
  ])("answers %s", async (args, said) => {
    const { code, stdout, stderr } = await runVitrine(args.split(" "));
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: expect.stringContaining(said), stderr: "" });
  });

  it.each(["doctor", "deliver"])("lets nobody read what %s says, and prints no stack", async (command) => {
    const args = command === "doctor" ? ["--spool", temporaryFolder()] : [temporaryFolder()];
    const { code, stderr } = await runUnread([command, ...args, "--endpoint", (await startFaultySink()).url]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("refuses a command that is none", async () => {
    const { code, stderr } = await runVitrine(["toString"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('There is no command "toString".') });
  });
});
