import { PHOENIX_VERSION } from "./phoenix-release.ts";
import { ensureVenv } from "./python-venv.ts";

/**
 * Gives the Python of a virtual environment that has Phoenix in it, with its driver for PostgreSQL: about a minute and
 * 850 MB when it is made.
 *
 * Errors: an Error when no Python fits or pip fails; then nothing is left behind.
 */
export async function ensurePhoenixVenv(onInstall: (folder: string) => void): Promise<string> {
  const contents = { name: `phoenix-${PHOENIX_VERSION}-pg`, packages: [`arize-phoenix[pg]==${PHOENIX_VERSION}`] };
  return ensureVenv(contents, onInstall);
}
