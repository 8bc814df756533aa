import type { TestProject } from "vitest/node";
import { box } from "./box.ts";
import { NoPhoenixError, obtainPhoenix } from "./obtain-phoenix.ts";

/**
 * Gets a Phoenix before the first test of `test/phoenix` and stops it after the last.
 *
 * Without one those tests are skipped, and a box after the summary says which and why.
 * Errors: with `CI` set, the lack of a Phoenix is an Error, and the run fails.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    const phoenix = await obtainPhoenix(say);
    project.provide("phoenixUrl", phoenix.url);
    say(`${phoenix.url}, from ${phoenix.origin}`);
    return phoenix.stop;
  } catch (error) {
    if (!(error instanceof NoPhoenixError) || isContinuousIntegration()) throw error;
    project.provide("phoenixUrl", null);
    return async () => {
      process.stderr.write(`\n${box(missing(project, error.reasons))}`);
    };
  }
}

function missing(project: TestProject, reasons: readonly string[]): string[] {
  const modules = project.vitest.state.getTestModules().filter((module) => module.project.name === project.name);
  const names = modules.flatMap((module) => Array.from(module.children.allTests("skipped"), (test) => test.fullName));
  return [
    `${names.length} TESTS AGAINST A REAL PHOENIX DID NOT RUN`,
    ...names.map((name) => `  - ${name}`),
    "because",
    ...reasons.flatMap((reason) => reason.split("\n")).map((line) => `  ${line}`),
    "Start Docker, or install Python 3.10 or later, or set PHOENIX_TEST_URL to the address of a Phoenix.",
  ];
}

function isContinuousIntegration(): boolean {
  const value = process.env["CI"] ?? "";
  return value !== "" && value !== "false" && value !== "0";
}

function say(line: string): void {
  process.stderr.write(`Phoenix for the tests: ${line}\n`);
}
