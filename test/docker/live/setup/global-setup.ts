import type { TestProject } from "vitest/node";
import { errorText } from "../../../../docker/error-text.ts";
import { box } from "../../../phoenix/setup/box.ts";
import { obtainCollector } from "./obtain-collector.ts";
import { findCompose, pullImages } from "./obtain-compose.ts";

/**
 * Looks for what the set-ups of docker/ can be run with: a collector's program, Compose, a Docker engine and the images.
 *
 * What cannot run without is skipped, and a box after the summary says which and why.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const reasons: string[] = [];
  const attempt = async <T>(name: string, promise: Promise<T>): Promise<T | null> =>
    promise.catch((error: unknown) => {
      reasons.push(`${name}: ${errorText(error)}`);
      return null;
    });
  const collector = await attempt("The collector", obtainCollector());
  const compose = await attempt("Compose", findCompose());
  const canStart =
    compose !== null &&
    (await attempt(
      "Docker",
      pullImages(compose).then(() => true),
    )) !== null;
  if (collector?.hasKafka === false) reasons.push(`The collector ${collector.program} has no parts for Kafka.`);
  const kafkaBroker = process.env["KAFKA_TEST_BROKER"] || null;
  if (kafkaBroker === null) reasons.push("Kafka: KAFKA_TEST_BROKER names none, such as 127.0.0.1:9092.");
  project.provide("dockerMeans", {
    collector: collector?.program ?? null,
    hasKafka: collector?.hasKafka ?? false,
    kafkaBroker,
    compose,
    canStart,
  });
  return async () => {
    await collector?.stop();
    if (reasons.length > 0) process.stderr.write(`\n${box(missing(project, reasons))}`);
  };
}

function missing(project: TestProject, reasons: readonly string[]): string[] {
  const modules = project.vitest.state.getTestModules().filter((module) => module.project.name === project.name);
  const names = modules.flatMap((module) => Array.from(module.children.allTests("skipped"), (test) => test.fullName));
  return [
    `${names.length} TESTS OF THE SET-UPS IN docker/ DID NOT RUN`,
    ...names.map((name) => `  - ${name}`),
    "because",
    ...reasons.flatMap((reason) => reason.split("\n")).map((line) => `  ${line}`),
    "Start Docker and install its compose plugin, or at least set OTEL_COLLECTOR_TEST_BINARY to the path of an otelcol-contrib 0.161.0.",
  ];
}
