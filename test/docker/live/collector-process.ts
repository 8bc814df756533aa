import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { freePort } from "../../../docker/free-port.ts";
import { isAnswering, type RunningServer, startServer } from "../../../docker/server-process.ts";
import { dockerFile } from "./compose-files.ts";
import { collectorProgram } from "./means.ts";

interface CollectorSettings {
  /** Names of files in docker/; a later one adds to those before it. */
  readonly configs: readonly string[];
  /** What the configuration asks the environment for, over what every collector here has. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A collector that runs from the files of docker/ as a process of its own, until the test ends. */
interface CollectorProcess {
  /** Takes OTLP over HTTP. */
  readonly url: string;
  /** Takes OTLP over gRPC; without "http://". */
  readonly grpcAddress: string;
  readonly metricsUrl: string;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again, under the same addresses, on the same folder. */
  start(): Promise<void>;
}

/** Starts a collector on free ports and in a folder that is removed when the test ends. */
export async function startCollector({ configs, env = {} }: CollectorSettings): Promise<CollectorProcess> {
  const folder = await mkdtemp(join(tmpdir(), "vitrine-otelcol-"));
  const [http, grpc, health, metrics] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const settings = {
    QUEUE_DIRECTORY: join(folder, "queue"),
    OTLP_HTTP_ENDPOINT: `127.0.0.1:${http}`,
    OTLP_GRPC_ENDPOINT: `127.0.0.1:${grpc}`,
    HEALTH_ENDPOINT: `127.0.0.1:${health}`,
    METRICS_PORT: String(metrics),
    ...env,
  };
  let server: RunningServer | undefined;
  const start = async (): Promise<void> => {
    server = await startServer({
      name: "The collector",
      // So that it can be killed: a server's own `stop` lets it end its work.
      command: ["sh", "-c", 'echo $$ > pid && exec "$@"', "sh", collectorProgram(), ...configs.map(asArgument)],
      cwd: folder,
      env: { ...process.env, ...settings },
      isReady: async () => isAnswering(`http://127.0.0.1:${health}`),
    });
  };
  const kill = async (): Promise<void> => {
    process.kill(Number(await readFile(join(folder, "pid"), "utf8")), "SIGKILL");
    await server?.ended;
  };
  onTestFinished(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  await start();
  const [url, metricsUrl] = [`http://127.0.0.1:${http}`, `http://127.0.0.1:${metrics}/metrics`];
  return { url, metricsUrl, grpcAddress: `127.0.0.1:${grpc}`, kill, start };
}

function asArgument(config: string): string {
  return `--config=${dockerFile(config)}`;
}
