import type { TestProject } from "vitest/node";
import { errorText } from "../../../docker/error-text.ts";
import { box } from "../../phoenix/setup/box.ts";
import type { StartedBackends } from "../started-backends.ts";
import { obtainCollector, obtainMlflow, obtainPhoenixPostgres } from "./obtain-backends.ts";

interface Attempt<Backend> {
  readonly backend: Backend | null;
  readonly reason: string;
  readonly stop: () => Promise<void>;
}

/**
 * Gets the backends before the first test of `test/backends` and stops them after the last.
 *
 * Tests of one that cannot be had are skipped, and a box after the summary says which and why.
 * Errors: with `CI` set, the lack of one that can be installed is an Error, and the run fails.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [phoenixPostgres, mlflow, collector] = await Promise.all([
    attempt("Phoenix on PostgreSQL", obtainPhoenixPostgres),
    attempt("MLflow", obtainMlflow),
    attempt("The collector", obtainCollector),
  ]);
  const attempts = [phoenixPostgres, mlflow, collector];
  const stop = async (): Promise<void> => {
    await Promise.all(attempts.map(async (each) => each.stop()));
  };
  const lacking = [phoenixPostgres, mlflow].filter(({ backend }) => backend === null);
  if (lacking.length > 0 && isContinuousIntegration()) {
    await stop();
    throw new Error(lacking.map(({ reason }) => reason).join("\n"));
  }
  const backends: StartedBackends = {
    phoenixPostgres: phoenixPostgres.backend,
    mlflow: mlflow.backend,
    collector: collector.backend,
  };
  project.provide("backends", backends);
  return async () => {
    await stop();
    const reasons = attempts.flatMap(({ backend, reason }) => (backend === null ? reason : []));
    if (reasons.length > 0) process.stderr.write(`\n${box(missing(project, reasons))}`);
  };
}

async function attempt<Backend>(
  name: string,
  obtain: (say: (line: string) => void) => Promise<{ readonly backend: Backend; readonly stop: () => Promise<void> }>,
): Promise<Attempt<Backend>> {
  try {
    const obtained = await obtain((line) => process.stderr.write(`${name} for the tests: ${line}\n`));
    return { ...obtained, reason: "" };
  } catch (error) {
    return { backend: null, reason: `${name}: ${errorText(error)}`, stop: async () => {} };
  }
}

function missing(project: TestProject, reasons: readonly string[]): string[] {
  const modules = project.vitest.state.getTestModules().filter((module) => module.project.name === project.name);
  const names = modules.flatMap((module) => Array.from(module.children.allTests("skipped"), (test) => test.fullName));
  return [
    `${names.length} TESTS AGAINST REAL BACKENDS DID NOT RUN`,
    ...names.map((name) => `  - ${name}`),
    "because",
    ...reasons.flatMap((reason) => reason.split("\n")).map((line) => `  ${line}`),
    "Phoenix and MLflow need Python 3.10 or later and access to a Python package index; for the collector start Docker, or set OTEL_COLLECTOR_TEST_BINARY to the path of an otelcol-contrib.",
  ];
}

function isContinuousIntegration(): boolean {
  const value = process.env["CI"] ?? "";
  return value !== "" && value !== "false" && value !== "0";
}
