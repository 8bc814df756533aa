import { fileURLToPath } from "node:url";
import { PHOENIX_QUIET_ENV } from "./phoenix-release.ts";
import { isAnswering, type RunningServer, startServer } from "./server-process.ts";

const SCRIPT = fileURLToPath(new URL("serve-phoenix.py", import.meta.url));
const HOST = "127.0.0.1";

interface PhoenixServerOptions {
  /** A Python that has `arize-phoenix`: see `ensurePhoenixVenv`. */
  readonly python: string;
  readonly port: number;
  readonly grpcPort: number;
  /** Where the database lies unless `databaseUrl` says otherwise; must exist. */
  readonly workingDirectory: string;
  /** An empty PostgreSQL database, or one of an earlier Phoenix: `postgresql://user:password@host:port/name`. */
  readonly databaseUrl?: string | undefined;
}

/** A Phoenix that runs as a child of this process and ends with it. */
export interface PhoenixServer extends RunningServer {
  readonly url: string;
}

/**
 * Starts Phoenix and waits until it answers.
 *
 * Errors: an Error with the last lines of its log when the process ends before, or does not answer within 180 seconds.
 */
export async function startPhoenixServer(options: PhoenixServerOptions): Promise<PhoenixServer> {
  const url = `http://${HOST}:${options.port}`;
  const server = await startServer({
    name: "Phoenix",
    command: [options.python, "-I", "-u", SCRIPT],
    cwd: options.workingDirectory,
    env: serverEnv(options),
    isReady: async () => isAnswering(`${url}/healthz`),
  });
  return { url, ...server };
}

/** The caller's own Phoenix and OpenTelemetry settings are meant for its programs, not for this server. */
function serverEnv({ databaseUrl, ...options }: PhoenixServerOptions): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PHOENIX|OTEL)_/.test(name));
  return {
    ...Object.fromEntries(own),
    ...PHOENIX_QUIET_ENV,
    PHOENIX_HOST: HOST,
    PHOENIX_PORT: String(options.port),
    PHOENIX_GRPC_PORT: String(options.grpcPort),
    PHOENIX_WORKING_DIR: options.workingDirectory,
    // Any file that exists keeps it from downloading 25 MB at each start.
    PHOENIX_WASM_BINARY_PATH: SCRIPT,
    ...(databaseUrl === undefined ? {} : { PHOENIX_SQL_DATABASE_URL: databaseUrl }),
  };
}
