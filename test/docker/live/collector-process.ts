import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { onTestFinished } from "vitest";
import { runCommand } from "../../../docker/child-process.ts";
import { freePort } from "../../../docker/free-port.ts";
import { isAnswering, type RunningServer, startServer } from "../../../docker/server-process.ts";
import { dockerFile } from "./compose-files.ts";
import { collectorProgram } from "./means.ts";

const HEALTH_LIMIT_MS = 30_000;

interface CollectorSettings {
  /** Names of files in docker/, or paths; a later one adds to those before it. */
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
  /** What the health check of the compose files says of it: nothing when all is well. Errors: rejects when it is not healthy. */
  checkHealth(): Promise<string>;
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
  const checkHealth = async (): Promise<string> =>
    runCommand([collectorProgram(), "validate", asArgument("otelcol.health.yaml")], {
      timeoutMs: HEALTH_LIMIT_MS,
      env: { ...process.env, ...settings },
    });
  onTestFinished(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  await start();
  const [url, metricsUrl] = [`http://127.0.0.1:${http}`, `http://127.0.0.1:${metrics}/metrics`];
  return { url, metricsUrl, grpcAddress: `127.0.0.1:${grpc}`, checkHealth, kill, start };
}

function asArgument(config: string): string {
  return `--config=${isAbsolute(config) ? config : dockerFile(config)}`;
}
