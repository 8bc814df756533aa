import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";
import { ensureVenv } from "./python-venv.ts";
import { isAnswering, type RunningServer, startServer } from "./server-process.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const VERSION = "3.17.2";
const SERVE = fileURLToPath(new URL("serve.py", import.meta.url));

/** What the server needs of what `mlflow` depends on: without scikit-learn, SciPy, matplotlib and Arrow it is half the size. */
const PACKAGES = [
  `mlflow-skinny==${VERSION}`,
  `mlflow-tracing==${VERSION}`,
  "Flask<4",
  "Flask-CORS<7",
  "aiohttp<4",
  "alembic<2",
  "cryptography<51",
  "graphene<4",
  "huey<4",
  "pandas<4",
  "sqlalchemy<3",
];

/** Keeps it from reaching outside, and from starting workers for jobs that traces do not need. */
const QUIET = { MLFLOW_DISABLE_TELEMETRY: "true", DO_NOT_TRACK: "true", MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false" };

/** An MLflow that runs as a child of this process and ends with it. */
export interface MlflowServer extends RunningServer {
  readonly url: string;
}

/** Gives the Python of a virtual environment that has MLflow's server in it: about half a minute and 390 MB when it is made. */
export async function ensureMlflowVenv(onInstall: (folder: string) => void): Promise<string> {
  const contents = { name: `mlflow-${VERSION}`, packages: PACKAGES, barePackages: [`mlflow==${VERSION}`] };
  return ensureVenv(contents, onInstall);
}

/**
 * Starts an MLflow on SQLite that leaves nothing behind: a free port of 127.0.0.1, and a folder that is removed when it stops.
 *
 * `python` is what `ensureMlflowVenv` gives.
 */
export async function startTemporaryMlflow(python: string): Promise<MlflowServer> {
  return inTemporaryFolder("mlflow", async (folder) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const own = Object.entries(process.env).filter(([name]) => !/^_?(MLFLOW|OTEL)_/.test(name));
    const stores = ["--backend-store-uri", "sqlite:///mlflow.db", "--default-artifact-root", "./artifacts"];
    const address = ["--host", "127.0.0.1", "--port", String(port), "--workers", "1"];
    const server = await startServer({
      name: "MLflow",
      command: [python, "-I", SERVE, python, "-I", "-m", "mlflow", "server", ...stores, ...address],
      cwd: folder,
      env: { ...Object.fromEntries(own), ...QUIET },
      isReady: async () => isAnswering(`${url}/health`),
    });
    return { ...server, url };
  });
}
