import { ensureMlflowVenv, startTemporaryMlflow } from "../../../docker/mlflow-server.ts";
import { startCollectorContainer, startTemporaryCollector } from "../../../docker/otel-collector.ts";
import { ensurePhoenixVenv } from "../../../docker/phoenix-venv.ts";
import { ensurePostgresVenv, startTemporaryPostgres } from "../../../docker/postgres-server.ts";
import { startTemporaryPhoenix } from "../../../docker/temporary-phoenix.ts";
import type { StartedBackends } from "../started-backends.ts";

type Say = (line: string) => void;
type Stop = () => Promise<void>;

/** A backend for one test run. */
export interface Obtained<Key extends keyof StartedBackends> {
  readonly backend: NonNullable<StartedBackends[Key]>;
  readonly stop: Stop;
}

/**
 * Gets a Phoenix on PostgreSQL: the one at PHOENIX_POSTGRES_TEST_URL, else both from virtual environments.
 *
 * Errors: an Error when one of them can be neither installed nor started.
 */
export async function obtainPhoenixPostgres(say: Say): Promise<Obtained<"phoenixPostgres">> {
  const given = process.env["PHOENIX_POSTGRES_TEST_URL"];
  if (given) return { backend: { url: given.replace(/\/+$/, "") }, stop: async () => {} };
  const postgresPython = await ensurePostgresVenv((folder) => say(`installing PostgreSQL into ${folder}, once: 67 MB`));
  const python = await ensurePhoenixVenv((folder) =>
    say(`installing Phoenix into ${folder}, once: about a minute, 850 MB`),
  );
  const postgres = await startTemporaryPostgres(postgresPython);
  try {
    const phoenix = await startTemporaryPhoenix(python, { databaseUrl: postgres.url });
    const stop = async (): Promise<void> => {
      await phoenix.stop();
      await postgres.stop();
    };
    return { backend: { url: phoenix.url }, stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** Gets an MLflow, from a virtual environment. Errors: an Error when it can be neither installed nor started. */
export async function obtainMlflow(say: Say): Promise<Obtained<"mlflow">> {
  const python = await ensureMlflowVenv((folder) =>
    say(`installing MLflow into ${folder}, once: half a minute, 390 MB`),
  );
  const { url, stop } = await startTemporaryMlflow(python);
  return { backend: { url }, stop };
}

/**
 * Gets a collector: the program that OTEL_COLLECTOR_TEST_BINARY names, else a container.
 *
 * Errors: an Error when it does not start.
 */
export async function obtainCollector(): Promise<Obtained<"collector">> {
  const program = process.env["OTEL_COLLECTOR_TEST_BINARY"];
  const { url, file, stop } = await (program ? startTemporaryCollector(program) : startCollectorContainer());
  return { backend: { url, file }, stop };
}
