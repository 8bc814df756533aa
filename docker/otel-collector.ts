import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findPython } from "./find-python.ts";
import { freePort } from "./free-port.ts";
import { type RunningServer, startServer } from "./server-process.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

/** Names the image of the OpenTelemetry Collector that the tests run against. */
const COLLECTOR_IMAGE = "otel/opentelemetry-collector-contrib:0.161.0";
const SERVE = fileURLToPath(new URL("serve.py", import.meta.url));

/** A collector that runs as a child of this process and ends with it. */
export interface CollectorServer extends RunningServer {
  /** Takes OTLP over HTTP. */
  readonly url: string;
  /** What it took, a line of OTLP as JSON for each batch. */
  readonly file: string;
}

/** How a collector is run in a folder: there lies its configuration, and there it writes. */
interface Launch {
  readonly command: (folder: string, port: number) => readonly string[];
  /** The folder and the address as the collector sees them. */
  readonly inside: (folder: string, port: number) => { readonly folder: string; readonly endpoint: string };
}

/**
 * Starts a collector from a program, `otelcol-contrib` or one of its kind, that writes what it takes to a file, and that
 * leaves nothing behind: a free port of 127.0.0.1, and a folder that is removed when it stops.
 */
export async function startTemporaryCollector(program: string): Promise<CollectorServer> {
  return launch({
    command: (folder) => [program, "--config", join(folder, "config.yaml")],
    inside: (folder, port) => ({ folder, endpoint: `127.0.0.1:${port}` }),
  });
}

/** Does the same in a container. Errors: an Error when no Docker engine answers, or the image cannot be pulled. */
export async function startCollectorContainer(): Promise<CollectorServer> {
  // The image's own user may write nowhere.
  const user = `${process.getuid?.()}:${process.getgid?.()}`;
  const run = ["docker", "run", "--rm", "--user", user];
  return launch({
    command: (folder, port) => [
      ...run,
      `--publish=127.0.0.1:${port}:4318`,
      `--volume=${folder}:/traces`,
      COLLECTOR_IMAGE,
      "--config=/traces/config.yaml",
    ],
    inside: () => ({ folder: "/traces", endpoint: "0.0.0.0:4318" }),
  });
}

async function launch({ command, inside }: Launch): Promise<CollectorServer> {
  const python = await findPython();
  return inTemporaryFolder("collector", async (folder) => {
    const port = await freePort();
    const seen = inside(folder, port);
    await writeFile(join(folder, "config.yaml"), fileCollectorConfig(seen.endpoint, `${seen.folder}/traces.json`));
    const server = await startServer({
      name: "The collector",
      command: [python, "-I", SERVE, ...command(folder, port)],
      cwd: folder,
      env: process.env,
      isReady: (log) => log.includes("Everything is ready"),
    });
    return { ...server, file: join(folder, "traces.json"), url: `http://127.0.0.1:${port}` };
  });
}

/** JSON is YAML. */
function fileCollectorConfig(endpoint: string, file: string): string {
  return JSON.stringify({
    receivers: { otlp: { protocols: { http: { endpoint, max_request_body_size: 64 << 20 } } } },
    exporters: { file: { path: file, flush_interval: "100ms" } },
    service: {
      // Its own metrics would take port 8888.
      telemetry: { metrics: { level: "none" } },
      pipelines: { traces: { receivers: ["otlp"], exporters: ["file"] } },
    },
  });
}
