import { describe, inject } from "vitest";

/** How a program is called. */
export type Command = readonly [string, ...string[]];

/** What this machine has to check and run the set-ups of docker/ with; null where there is none. */
export interface DockerMeans {
  /** The path of an otelcol-contrib. */
  readonly collector: string | null;
  /** Whether that collector has parts for Kafka: a build of one's own may lack them. */
  readonly hasKafka: boolean;
  /** The address of a Kafka that KAFKA_TEST_BROKER names: new, or with nothing in it that is still needed. */
  readonly kafkaBroker: string | null;
  /** Docker's Compose, as a plugin or a program of its own. */
  readonly compose: Command | null;
  /** Whether a Docker engine answers it, and has the images. */
  readonly canStart: boolean;
}

declare module "vitest" {
  interface ProvidedContext {
    dockerMeans: DockerMeans;
  }
}

/** Holds what the global set-up found. Tests that lack something are skipped, and it says so in a box. */
export const means: DockerMeans = inject("dockerMeans");

/** Describes what holds with a real collector. */
export const describeCollector = means.collector === null ? describe.skip : describe;

/** Describes what holds when Compose has started all of it. */
export const describeStarted = means.canStart ? describe : describe.skip;

/** Is the path of the collector's program. Errors: an Error where there is none, as such tests are skipped. */
export function collectorProgram(): string {
  if (means.collector === null) throw new Error("There is no collector.");
  return means.collector;
}

/** Is how Compose is called. Errors: an Error where there is none, as such tests are skipped. */
export function composeCommand(): Command {
  if (means.compose === null) throw new Error("There is no Compose.");
  return means.compose;
}
