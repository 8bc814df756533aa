import { describe, expect, it } from "vitest";
import about from "../../package.json" with { type: "json" };
import { runVitrine } from "./run-vitrine.ts";

describe("vitrine", () => {
  it.each([
    ["--help", "Usage: vitrine <command>"],
    ["--version", `${about.version}\n`],
    ["doctor --help", "doctor [--endpoint URL]"],
    ["deliver -h", "deliver [FOLDER]"],
  ])("answers %s", async (args, said) => {
    const { code, stdout, stderr } = await runVitrine(args.split(" "));
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: expect.stringContaining(said), stderr: "" });
  });

  it("refuses a command that is none", async () => {
    const { code, stderr } = await runVitrine(["toString"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('There is no command "toString".') });
  });
});
