import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../../../docker/child-process.ts";

const IMAGE = "otel/opentelemetry-collector-contrib:0.161.0";
const PULL_LIMIT_MS = 300_000;
const LIMIT_MS = 30_000;

/** A collector's program. `stop` removes what was made for it. */
export interface ObtainedCollector {
  readonly program: string;
  readonly hasKafka: boolean;
  readonly stop: () => Promise<void>;
}

/**
 * Gets the program of a collector: the one that OTEL_COLLECTOR_TEST_BINARY names, else the one inside its image.
 *
 * Errors: an Error when that one does not run, or when no Docker engine answers, or the image cannot be pulled, or is of another system.
 */
export async function obtainCollector(): Promise<ObtainedCollector> {
  const given = process.env["OTEL_COLLECTOR_TEST_BINARY"];
  if (given) return { ...(await inspect(given)), stop: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), "vitrine-otelcol-"));
  const stop = async () => rm(folder, { recursive: true, force: true });
  try {
    return { ...(await inspect(await copyFromImage(folder))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function copyFromImage(folder: string): Promise<string> {
  const program = join(folder, "otelcol-contrib");
  const container = (await runCommand(["docker", "create", IMAGE], { timeoutMs: PULL_LIMIT_MS })).trim();
  try {
    await runCommand(["docker", "cp", `${container}:/otelcol-contrib`, program], { timeoutMs: LIMIT_MS });
  } finally {
    await runCommand(["docker", "rm", container], { timeoutMs: LIMIT_MS });
  }
  return program;
}

async function inspect(program: string): Promise<{ readonly program: string; readonly hasKafka: boolean }> {
  const components = await runCommand([program, "components"], { timeoutMs: LIMIT_MS });
  return { program, hasKafka: components.includes("kafka") };
}
