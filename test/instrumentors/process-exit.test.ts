import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("exiting-program.ts", import.meta.url));

const TREE = `AGENT CodeAgent.run             ERROR
  CHAIN Step 1                  ERROR
    LLM ScriptedModel.generate  OK
    TOOL code_interpreter       ERROR
      TOOL end                  ERROR`;

/** What the program wrote at its exit, and what it wrote to stderr. */
async function runUntil(end: string): Promise<{ readonly told: unknown; readonly stderr: string }> {
  const args = ["--import", "tsx", "--conditions=@vitrine/source", PROGRAM, end];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (_error, stdout, stderr) => resolve({ told: JSON.parse(stdout), stderr }));
  });
}

describe("every span that is open ends once when the process ends", () => {
  it.each([
    ["by process.exit()", "exit", /^$/],
    ["by an error that nobody catches", "throw", /Nobody catches this/],
    ["because nothing is left to do", "drain", /^$/],
  ])("%s, and nothing else is written", async (_how, end, stderr) => {
    const written = await runUntil(end);
    expect(written.told).toEqual({ tree: TREE, wrong: [], message: "ProcessExit: The process ended before this did." });
    expect(written.stderr).toMatch(stderr);
  });
});
